/** The use cases of templates over their repository. */
import { isTemplateId, templateId, type ServerTemplates, type TemplateId, type TemplateRepository } from './template.ts';
import { ServerRefusal } from './server-migration.ts';

/** Seals secrets for a purpose; what it sealed opens for the same purpose only. */
export interface SecretBox {
  seal(plain: string, context: string): Uint8Array;
  open(sealed: Uint8Array, context: string): string;
}

export interface TemplatesDeps {
  readonly repository: TemplateRepository;
  readonly box: SecretBox;
  /** A UUID. */
  readonly newId: () => string;
}

export function createServerTemplates({ repository, box, newId }: TemplatesDeps): ServerTemplates {
  const sealed = (id: TemplateId, password: string | undefined) => (password === undefined ? undefined : box.seal(password, contextOf(id)));
  return {
    async create({ domain }, settings, password) {
      const id = templateId(newId());
      await repository.insert(domain, { ...settings, id }, sealed(id, password));
      return id;
    },
    async show({ domain }, text) {
      const template = await repository.find(domain, known(text));
      if (template === undefined) throw absent(text);
      return template;
    },
    list: ({ domain }, filter) => repository.list(domain, filter),
    async update({ domain }, text, settings, password) {
      const id = known(text);
      if (!await repository.update(domain, id, settings, sealed(id, password))) throw absent(id);
    },
    async remove({ domain }, texts) {
      const [missing] = await repository.remove(domain, texts.map(known));
      if (missing !== undefined) throw absent(missing);
    },
    async password({ domain }, text) {
      const id = known(text);
      const kept = await repository.password(domain, id);
      if (kept === undefined) throw absent(id);
      return kept.sealed === undefined ? '' : box.open(kept.sealed, contextOf(id));
    },
  };
}

function contextOf(id: TemplateId): string {
  return `password of template ${id}`;
}

function known(text: string): TemplateId {
  const id = text.toLowerCase();
  if (!isTemplateId(id)) throw absent(text);
  return id;
}

function absent(id: string): ServerRefusal {
  return new ServerRefusal({ kind: 'no-such-template', id });
}
