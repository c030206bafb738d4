"""Cinder's NFS driver over a folder instead of a share. Its module must be found by Cinder (PYTHONPATH)."""
import os

from cinder.volume.drivers import nfs


class FolderDriver(nfs.NfsDriver):
    """What is mounted is there already, and the same process is root for what the driver does as root."""

    def do_setup(self, context):
        self._execute = without_root(self._execute)
        super().do_setup(context)

    def _ensure_share_mounted(self, share):
        os.makedirs(self._get_mount_point_for_share(share), exist_ok=True)

    def check_for_setup_error(self):
        pass


def without_root(execute):
    def run(*command, **options):
        if command[0] == 'mount.nfs':
            return '', ''
        options.pop('root_helper', None)
        options['run_as_root'] = False
        return execute(*command, **options)
    return run
