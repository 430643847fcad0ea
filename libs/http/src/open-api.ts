import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { completeDocument } from './open-api-document.js';

export interface OpenApiOptions {
  readonly version: string;
}

/** Where the description is: for anyone to read. */
export const openApiPaths: readonly string[] = ['/docs', '/openapi.json'];

/** OpenAPI 3.0 at `/openapi.json` and a browsable page, with all it needs, at `/docs`. Made at the first request. */
export function setupOpenApi(app: NestFastifyApplication, options: OpenApiOptions): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= openApiDocument(app, options)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tallyhall API',
  });
}

export function openApiDocument(app: NestFastifyApplication, { version }: OpenApiOptions): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.0.3')
    .setTitle('Tallyhall')
    .setDescription('Players, wallets, slot machines and their history. Amounts are whole minor units.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return completeDocument(SwaggerModule.createDocument(app, config, { operationIdFactory: operationId }));
}

const operationId = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '')}.${method}`;
