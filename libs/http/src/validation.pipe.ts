import { type ArgumentMetadata, Injectable, type PipeTransform, StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';

import { requestInvalid } from './request-refused.js';
import { type Issue, problemErrors } from './validation-issues.js';

/** Checks what `@Body`, `@Query` and `@Param` declare with `{ schema }`; says what is wrong by JSON pointers. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  private readonly validation = new StandardSchemaValidationPipe({
    exceptionFactory: (issues: readonly StandardSchemaV1.Issue[]) => new SchemaIssues(issues),
  });

  /** Every parameter of every route passes here, so one without a schema costs no promise. */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    return metadata.schema ? this.checked(value, metadata) : value;
  }

  private async checked(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await this.validation.transform(value, metadata);
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
