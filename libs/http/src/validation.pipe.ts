import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';

import { requestInvalid } from './request-refused.js';
import { type Issue, problemErrors } from './validation-issues.js';

/** Checks what `@Body`, `@Query` and `@Param` declare with `{ schema }`; says what is wrong by JSON pointers. */
@Injectable()
export class RequestValidationPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues: readonly StandardSchemaV1.Issue[]) => new SchemaIssues(issues) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (!metadata.schema) return value;
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof SchemaIssues)) throw error;
      const prefix = metadata.data === undefined ? [] : [metadata.data];
      throw requestInvalid(problemErrors(error.issues, value, prefix));
    }
  }
}

class SchemaIssues extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super('The value does not fit its schema.');
    this.name = 'SchemaIssues';
  }
}
