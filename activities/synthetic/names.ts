/**
 * Names of invented people, in alphabetical order: people with many posts take names from the front of the lists, as
 * they do in the course's data.
 */
export const FIRST_NAMES: readonly string[] = `
Aaron Abigail Adam Adrian Aidan Albert Alexander Alina Alma Amber Amir Andrea Angela Anna Antonio Arthur Astrid Austin
Beatrice Bernard Bianca Bonnie Brandon Brian Bruno Cameron Carlos Caroline Cassandra Cecilia Chad Chelsea Cindy Clara
Colin Corey Craig Cynthia Dale Dana Darius David Dennis Desmond Diego Donna Douglas Dylan Edward Elaine Elias Elise
Emily Eric Esther Eugene Evan Faith Fiona Frances Gabriel Gavin Gina Gloria Graham Hailey Harold Hassan Hector Henry
Hugo Ida Ingrid Isaac Ivan Jacob James Janet Jasmine Javier Jeffrey Jeremy Jill Joel Jonathan Jorge Joy Judith Julian
Kaitlyn Karl Kayla Kelly Kevin Kyle Larry Lauren Lee Leslie Liam Linda Logan Louis Lucy Lydia Madison Marcus Maria
Marion Martha Mary Matilda Maureen Megan Meredith Michael Mila Miriam Monica Nadia Naomi Nathan Nicholas Nina Nora
Olga Oliver Oscar Pamela Patrick Paula Peter Phoebe Rachel Ramona Rebecca Ricardo Riley Robert Roger Rose Roy Russell
Ryan Sally Samuel Sara Sean Seth Sharon Sheila Sofia Stella Steven Susan Tamara Taylor Thomas Timothy Todd Travis
Ursula Vanessa Veronica Vincent Virginia Walter Wayne Wesley Xavier Yusuf Zachary
`
  .trim()
  .split(/\s/);

export const LAST_NAMES: readonly string[] = `
Abbott Acosta Adams Aguilar Albright Ali Alvarado Ames Andrade Archer Arnold Atkins Avery Bailey Baker Ball Barber
Barlow Barrett Bass Baxter Becker Benitez Benson Berry Blackwell Blake Bond Bowen Boyd Bradley Brennan Brooks Bryant
Burke Burton Byrd Cain Caldwell Campbell Cardenas Carlson Carpenter Carroll Carter Castillo Chambers Chang Chavez
Church Clay Cobb Colby Coleman Combs Conner Contreras Cook Cortez Cox Crane Cross Cunningham Curtis Daniels Davidson
Dawson Dean Dennis Dickson Dodson Dominguez Dorsey Drake Duffy Dunlap Duran Eaton Elliott Emerson Erickson Estes
Everett Farmer Faulkner Fernandez Figueroa Fischer Fitzgerald Fletcher Flynn Forbes Foster Fox Franklin Freeman Frost
Fuller Gallagher Gardner Garrett Gentry Gibbs Gilbert Glass Goodman Gordon Grant Gray Griffin Gross Gutierrez Haas
Hall Hammond Hansen Harding Harmon Harris Harvey Hayes Heath Henry Herman Herrera Higgins Hines Hodges Hogan Holmes
Hood Horn House Howell Hudson Hughes Hunt Hurley Ibarra Irwin Jacobs Jarvis Jenkins Jensen Johnson Jones Joyce Kane
Keller Kemp Kent Khan King Kirk Knight Koch Lam Lang Lawrence Leach Lee Leonard Levine Lindsey Livingston Logan Lopez
Lowe Lynch Lyons Mack Maldonado Mann Marin Marquez Marshall Mason Mathews May Mays Mccarthy Mccormick Mcguire Mckenzie
Mcmillan Medina Mendez Mercer Meyer Miles Mills Mitchell Monroe Moody Mooney Morales Morgan Morrow Morton Mueller
Munoz Murray Nash Neal Newman Nguyen Nielsen Noble Norman Norton Nunez Ochoa Odom Olsen Orozco Ortiz Owens Padilla
Palmer Parker Parsons Patrick Payne Peck Perez Perry Peterson Phillips Pittman Porter Powell Pratt Price Proctor
Ramirez Ramsey Rasmussen Reed Reeves Reilly Reynolds Rice Riggs Rios Rivas Roach Roberts Rocha Rogers Roman Rosales
Ross Rowe Roy Ruiz Russell Salas Salinas Sanchez Sandoval Santiago Saunders Sawyer Schneider Schwartz Sellers Sexton
Shah Sharp Shea Shepherd Shields Silva Simon Sims Skinner Small Snow Solis Soto Spencer Stanley Stark Stein Stevens
Stokes Stout Strong Suarez Sutton Sweeney Tate Terrell Thomas Thornton Torres Tran Trujillo Turner Underwood Valencia
Vance Vaughan Velasquez Wade Walker Walsh Walton Ward Warner Washington Watkins Watts Webb Webster Weiss Wells Wheeler
White Wiggins Wilkins Wilson Wise Wong Woodard Woodward Wyatt Yates York Zamora Zimmerman
`
  .trim()
  .split(/\s/);
