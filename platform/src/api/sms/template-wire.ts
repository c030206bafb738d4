/** Templates as the wire has them, and back. */
import type { TemplateAnswer, TemplateRequest } from '@haulier/wire/sms/templates.ts';
import type { Template, TemplateSettings } from '../../server-migration/template.ts';

type TemplateBody = TemplateRequest['template'];

/** What is absent is undefined. */
export function toldSettings(body: TemplateBody): Partial<TemplateSettings> & { readonly name: string } {
  const { general, ...settings } = newSettings(body);
  return body.is_template === undefined ? settings : { ...settings, general };
}

/** A template is general unless told otherwise; the documents give no default. */
export function newSettings(body: TemplateBody): TemplateSettings {
  const { vpc, publicip } = body;
  return {
    name: body.name,
    general: body.is_template ?? true,
    region: body.region,
    project: body.projectid,
    targetServerName: body.target_server_name,
    availabilityZone: body.availability_zone,
    volumeType: body.volumetype,
    dataVolumeType: body.data_volume_type,
    flavor: body.flavor,
    image: body.image_id,
    vpc: vpc && { id: vpc.id ?? '', name: vpc.name ?? '', cidr: vpc.cidr ?? '' },
    nics: body.nics?.map(({ id, name, cidr, ip }) => ({ id, name, cidr, ip })),
    securityGroups: body.security_groups,
    publicIp: publicip && { type: publicip.type, bandwidth: publicip.bandwidth_size, shareType: publicip.bandwidth_share_type },
    disks: body.disk?.map(({ id, index, name, disktype, size, device_use: use }) => ({ id, index, name, type: disktype, size, use })),
  };
}

/** Empty counts as absent: so it comes back from those who change a template that they have read. */
export function passwordIn({ target_password: password }: TemplateBody): string | undefined {
  return password === '' ? undefined : password;
}

export function templateToWire(template: Template): TemplateAnswer {
  const { vpc, publicIp } = template;
  return {
    id: template.id,
    name: template.name,
    is_template: template.general ? 'true' : 'false',
    region: template.region ?? '',
    projectid: template.project ?? '',
    target_server_name: template.targetServerName ?? '',
    availability_zone: template.availabilityZone ?? '',
    volumetype: template.volumeType ?? '',
    flavor: template.flavor ?? '',
    vpc: vpc ?? null,
    nics: template.nics?.map(({ id, name, cidr, ip }) => ({ id, name, cidr, ...(ip === undefined ? {} : { ip }) })) ?? [],
    security_groups: template.securityGroups?.map(({ id, name }) => ({ id, name })) ?? [],
    publicip: publicIp === undefined ? null : { type: publicIp.type, bandwidth_size: publicIp.bandwidth, ...(publicIp.shareType === undefined ? {} : { bandwidth_share_type: publicIp.shareType }) },
    disk: template.disks?.map(({ id, index, name, type, size, use }) => ({ ...(id === undefined ? {} : { id }), index, name, disktype: type, size, ...(use === undefined ? {} : { device_use: use }) })) ?? [],
    data_volume_type: template.dataVolumeType ?? '',
    target_password: '',
    image_id: template.image ?? '',
  };
}
