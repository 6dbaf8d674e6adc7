import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import { nameFolder } from './install-folder.ts';
import { checkJars, type Jar, parseJarList } from './jar-list.ts';
import { readLockFile } from './lock-file.ts';
import { pythonOf } from './python-environment.ts';
import { runCommand } from './run-command.ts';
import { runInstaller } from './run-installer.ts';
import type { Installation, SetupPlan, Task, Work } from './setup-work.ts';

/** Jars that belong together. */
export interface JarSet {
  readonly task: Task;
  /** The file that names every jar, by its path from the root of the project. */
  readonly list: string;
  /** The jar whose version stands for the set, for the folder's name. */
  readonly lead: string;
}

export const KAFKA_JARS: JarSet = {
  task: 'kafka',
  list: 'infra/local/setup/kafka-jars.sha256',
  lead: 'kafka_2.13',
};
export const DELTA_JARS: JarSet = {
  task: 'delta',
  list: 'infra/local/setup/delta-jars.sha256',
  lead: 'delta-spark_4.2_2.13',
};

/** A folder of jars from the Maven repository, fetched with the Apache Ivy that PySpark brings along. */
export async function planJarSet(
  { task, list: name, lead }: JarSet,
  { cache, checkout, machine }: SetupPlan,
  python: Installation,
): Promise<Installation> {
  const list = await readLockFile(checkout, name);
  const jars = parseJarList(list);
  const version = jars.find(({ module }) => module === lead)?.version ?? 'unknown';
  return {
    task,
    folder: join(cache, nameFolder(task, version, [list.text])),
    needs: python,
    install: async ({ target, scratch }, work) => {
      work.note(`downloading ${jars.length} jars`);
      const ivy = await findIvy(pythonOf(python.folder), work);
      await writeFile(join(scratch, 'settings.xml'), IVY_SETTINGS);
      await writeFile(join(scratch, 'ivy.xml'), renderIvyModule(jars));
      const args = [
        // Downloading is all it does: C1 and the serial collector save half of the CPU time of so short a run.
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Divy.default.ivy.user.dir=${join(scratch, 'ivy')}`],
        ...['-cp', ivy, 'org.apache.ivy.Main', '-warn'],
        ...['-settings', join(scratch, 'settings.xml'), '-ivy', join(scratch, 'ivy.xml'), '-confs', 'default'],
        ...['-retrieve', join(target, '[artifact]-[revision].[ext]')],
      ];
      await runInstaller({ what: `${task} jars`, program: machine.java, args, cwd: scratch }, work);
      await checkJars(target, jars, list.name);
    },
  };
}

async function findIvy(python: string, { env, signal }: Work): Promise<string> {
  const probe = 'import importlib.util as u; print(*u.find_spec("pyspark").submodule_search_locations)';
  const { output } = await runCommand({ program: python, args: ['-I', '-c', probe], env, signal });
  const jars = join(output.trim(), 'jars');
  const name = (await readdir(jars).catch(() => [])).find((file) => /^ivy-[\d.]+\.jar$/.test(file));
  if (name === undefined)
    throw new PinflowError('SETUP_FAILED', `no Apache Ivy among the jars of PySpark in "${jars}"`);
  return join(jars, name);
}

/**
 * Every jar is named, so neither descriptions nor what they depend on are read (usepoms, transitive): 11 s for the 46
 * jars of Kafka instead of 28. The default address of the repository is Ivy's own.
 */
const IVY_SETTINGS = `<ivysettings>
  <settings defaultResolver="maven"/>
  <caches defaultCacheDir="\${ivy.settings.dir}/cache"/>
  <timeout-constraints><timeout-constraint name="patient" connectionTimeout="20000" readTimeout="60000"/></timeout-constraints>
  <resolvers><ibiblio name="maven" m2compatible="true" usepoms="false" timeoutConstraint="patient"/></resolvers>
</ivysettings>
`;

function renderIvyModule(jars: readonly Jar[]): string {
  const dependencies = jars.map(
    ({ organisation, module, version }) =>
      `    <dependency org="${organisation}" name="${module}" rev="${version}" transitive="false" conf="default->default"/>`,
  );
  return `<ivy-module version="2.0">
  <info organisation="pinflow" module="jars"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</ivy-module>
`;
}
