import type { Enum, Words } from '../kit/words';

export const webhookState: Words<Enum<'gateway.WebhookEndpointState'>> = {
  WEBHOOK_ENDPOINT_STATE_UNSPECIFIED: ['–', '–'],
  WEBHOOK_ENDPOINT_STATE_ACTIVE: ['推送中', 'Active', 'good'],
  WEBHOOK_ENDPOINT_STATE_PAUSED: ['已暂停', 'Paused', 'warn'],
};

export const deliveryState: Words<Enum<'gateway.WebhookDeliveryState'>> = {
  WEBHOOK_DELIVERY_STATE_UNSPECIFIED: ['–', '–'],
  WEBHOOK_DELIVERY_STATE_PENDING: ['待推送', 'Pending', 'info'],
  WEBHOOK_DELIVERY_STATE_DELIVERED: ['已送达', 'Delivered', 'good'],
  WEBHOOK_DELIVERY_STATE_FAILED: ['失败', 'Failed', 'bad'],
  WEBHOOK_DELIVERY_STATE_WITHHELD: ['未推送', 'Withheld'],
};

export const pauseReason: Words<string> = {
  'by-hand': ['人工暂停', 'By hand'],
  failing: ['连续三天失败', 'It failed for three days'],
  gone: ['接收方答复已不存在（410）', 'The receiver answered that it is gone (410)'],
  owner: ['创建人不再有权限', 'Its owner may see nothing any more'],
};

export const deliveryError: Words<string> = {
  timeout: ['超时', 'Timeout'],
  connection: ['无法连接', 'No connection'],
  'address-not-allowed': ['地址不允许', 'Address not allowed'],
  redirect: ['要求跳转', 'It redirects'],
  status: ['应答状态不是 2xx', 'The status was not 2xx'],
};

/** The services as permissions begin with them. */
export const permissionService: Words<string> = {
  dealer: ['渠道', 'Dealer'],
  contract: ['协议', 'Contract'],
  training: ['培训', 'Training'],
  serviceticket: ['售后', 'Service tickets'],
  reporting: ['报表', 'Reporting'],
  gateway: ['访问', 'Access'],
};

/** What the audit trail of access calls what was done. */
export const accessAction: Words<string> = {
  'session.create': ['登录', 'Signed in', 'good'],
  'session.delete': ['退出登录', 'Signed out'],
  'session.revoke': ['结束登录', 'Sessions ended', 'warn'],
  'sign-in.fail': ['登录失败', 'Sign-in failed', 'bad'],
  'sign-in.lock': ['登录锁定', 'Sign-in locked', 'bad'],
  'user.create': ['新建用户', 'User added', 'info'],
  'user.change-password': ['修改密码', 'Password changed'],
  'user.reset-password': ['重置密码', 'Password reset', 'warn'],
  'user.set-roles': ['授予角色', 'Roles given', 'info'],
  'user.disable': ['停用用户', 'User disabled', 'warn'],
  'user.enable': ['启用用户', 'User enabled'],
  'second-factor.confirm': ['启用双因素验证', 'Second factor on', 'good'],
  'second-factor.remove': ['停用双因素验证', 'Second factor off', 'warn'],
  'second-factor.reset': ['重置双因素验证', 'Second factor reset', 'warn'],
  'role.create': ['新建角色', 'Role added', 'info'],
  'role.update': ['修改角色', 'Role changed', 'info'],
  'role.delete': ['删除角色', 'Role deleted', 'warn'],
  'api-client.create': ['新建接口客户端', 'API client added', 'info'],
  'api-client.update': ['修改接口客户端', 'API client changed', 'info'],
  'api-client.disable': ['停用接口客户端', 'API client disabled', 'warn'],
  'api-client.enable': ['启用接口客户端', 'API client enabled'],
  'api-client.delete': ['删除接口客户端', 'API client deleted', 'warn'],
  'api-client.rotate-secret': ['更换客户端密钥', 'Client secret rotated', 'info'],
  'api-client.token': ['领取令牌', 'Token got'],
  'api-client.refuse': ['拒绝接口客户端', 'API client refused', 'bad'],
  'api-client.first-use': ['首次使用接口密钥', 'Key used for the first time'],
  'api-key.create': ['新建接口密钥', 'Key added', 'info'],
  'api-key.rotate': ['更换接口密钥', 'Key rotated', 'info'],
  'api-key.revoke': ['吊销接口密钥', 'Key revoked', 'warn'],
  'webhook-endpoint.create': ['新建推送', 'Webhook added', 'info'],
  'webhook-endpoint.update': ['修改推送', 'Webhook changed', 'info'],
  'webhook-endpoint.delete': ['删除推送', 'Webhook deleted', 'warn'],
  'webhook-endpoint.pause': ['暂停推送', 'Webhook paused', 'warn'],
  'webhook-endpoint.resume': ['恢复推送', 'Webhook resumed'],
  'webhook-endpoint.rotate-secret': ['更换签名密钥', 'Signing secret rotated', 'info'],
  'webhook-endpoint.ping': ['测试推送', 'Webhook tested'],
  'webhook-endpoint.skip': ['跳过过期事件', 'Events skipped', 'warn'],
  'webhook-delivery.redeliver': ['重新推送', 'Sent again'],
  'signing-key.create': ['更换签发密钥', 'Signing key made'],
};
