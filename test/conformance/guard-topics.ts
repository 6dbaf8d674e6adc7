import kafkajs, { Kafka, logLevel } from 'kafkajs';
import type { Config } from '../../config/schema.ts';

/** Lets clients read the topics, and nothing else. */
export async function guardTopics({ brokers }: Config['kafka'], topics: readonly string[]): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const acl = topics.map((resourceName) => ({
    resourceName,
    resourceType: AclResourceTypes.TOPIC,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:ANONYMOUS',
    host: '*',
    operation: AclOperationTypes.READ,
    permissionType: AclPermissionTypes.ALLOW,
  }));
  await admin.createAcls({ acl });
  await admin.disconnect();
}
