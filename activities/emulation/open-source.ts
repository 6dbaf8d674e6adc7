import { openJsonlSource } from '../jsonl/adapter.ts';
import { type MysqlAccess, openMysqlSource } from '../mysql/adapter.ts';
import type { OpenSource } from '../ports.ts';
import { openSyntheticSource } from '../synthetic/adapter.ts';

/** Opens the source that a run names. The database's address and password come from the configuration, never from a run (I10). */
export function createOpenSource({ mysql }: { readonly mysql: MysqlAccess }): OpenSource {
  return async (source) => {
    switch (source.kind) {
      case 'synthetic':
        return openSyntheticSource();
      case 'jsonl':
        return openJsonlSource(source.directory);
      case 'mysql':
        return openMysqlSource(mysql);
    }
  };
}
