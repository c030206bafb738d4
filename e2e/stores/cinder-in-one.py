"""
Debian's Cinder in one process: API, scheduler and volume service over oslo.messaging's in-memory transport, which no second process
could reach. Arguments are Cinder's own (--config-file ...).
"""
import eventlet
eventlet.monkey_patch()
import __original_module_threading as original_threading
import threading
original_threading.current_thread.__globals__['_active'] = threading._active

import sys

from cinder import i18n
i18n.enable_lazy()
from oslo_config import cfg
from oslo_log import log as logging
from oslo_privsep import priv_context
from oslo_service import service as oslo_service
from cinder.common import config
from cinder import coordination
from cinder import objects
from cinder import rpc
from cinder import service
from cinder import version


def main():
    objects.register_all()
    CONF = cfg.CONF
    CONF(sys.argv[1:], project='cinder', version=version.version_string())
    config.set_middleware_defaults()
    logging.setup(CONF, 'cinder')
    priv_context.init(root_helper=['env'])
    import cinder.privsep
    cinder.privsep.sys_admin_pctxt.set_client_mode(False)
    coordination.COORDINATOR.start()
    rpc.init(CONF)
    CONF.register_opt(cfg.StrOpt('backend_host'), group='folder')
    launcher = oslo_service.ServiceLauncher(CONF, restart_method='mutate')
    launcher.launch_service(service.Service.create(binary='cinder-scheduler'))
    launcher.launch_service(service.Service.create(host='%s@folder' % CONF.host, service_name='folder', binary='cinder-volume', coordination=True))
    launcher.launch_service(service.WSGIService('osapi_volume'))
    launcher.wait()


if __name__ == '__main__':
    main()
