export * from './people.ts';
export * from './content.ts';
export * from './learning.ts';
export * from './practice.ts';
export * from './judgement.ts';
export * from './competency.ts';
export * from './operations.ts';
export * from './bulk-changes.ts';
