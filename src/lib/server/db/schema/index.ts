export * from './people.ts';
export * from './content.ts';
export * from './learning.ts';
export * from './operations.ts';
