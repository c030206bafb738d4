"""
Cinder's NFS driver over a folder instead of a share. Its module must be found by Cinder (PYTHONPATH).

It fills three gaps that the NFS driver of Cinder 21 has: a volume larger than what it is copied from is left as small as that, a volume
with snapshots grows in the file that its oldest snapshot is, and there is no revert to a snapshot (the generic one writes raw bytes over
the qcow2 file that a volume with snapshots is).
"""
import os

from cinder.image import image_utils
from cinder.volume.drivers import nfs


class FolderDriver(nfs.NfsDriver):

    def do_setup(self, context):
        self._execute = without_root(self._execute)
        super().do_setup(context)

    def _ensure_share_mounted(self, share):
        os.makedirs(self._get_mount_point_for_share(share), exist_ok=True)

    def check_for_setup_error(self):
        pass

    def _copy_volume_from_snapshot(self, snapshot, volume, volume_size, *keys, **named_keys):
        super()._copy_volume_from_snapshot(snapshot, volume, volume_size, *keys, **named_keys)
        image_utils.resize_image(self._local_path_volume(volume), volume_size, file_format='raw')

    def extend_volume(self, volume, new_size):
        image_utils.resize_image(os.path.join(self._local_volume_dir(volume), self.get_active_image_from_info(volume)), new_size)

    def revert_to_snapshot(self, context, volume, snapshot):
        """Cinder asks for the latest snapshot alone: it is what the head of the chain lies on."""
        head = os.path.join(self._local_volume_dir(volume), self.get_active_image_from_info(volume))
        below = self._qemu_img_info(head, volume.name)
        base = os.path.join(self._local_volume_dir(volume), below.backing_file)
        kind = self._qemu_img_info(base, volume.name).file_format
        self._execute('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', below.backing_file, '-F', kind, head)


def without_root(execute):
    """The process is root already, and has nothing to mount."""
    def run(*command, **options):
        if command[0] == 'mount.nfs':
            return '', ''
        options.pop('root_helper', None)
        options['run_as_root'] = False
        return execute(*command, **options)
    return run
