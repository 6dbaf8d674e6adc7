// Jest 30.5 ignores testTimeout of a project, so the lane sets it per test file (setupFilesAfterEnv).
jest.setTimeout(60_000);
