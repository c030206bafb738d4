"""
cinder-accounts.py IDENTITY PASSWORD VOLUME         projects, users and the catalogue at a new Keystone; prints NAME=VALUE lines
cinder-accounts.py IDENTITY PASSWORD VOLUME ready   waits until Cinder schedules, and makes the volume types of the tests
"""
import json
import sys
import time
import urllib.error
import urllib.request

identity, password, volume = sys.argv[1:4]
state = {'token': None}


def call(method, url, body=None):
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(), headers={'Content-Type': 'application/json'})
    if state['token']:
        request.add_header('X-Auth-Token', state['token'])
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return dict(answer.headers), json.loads(text) if text else None


def log_in():
    headers, answer = call('POST', identity + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {'name': 'admin', 'domain': {'id': 'default'}, 'password': password}}},
        'scope': {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}})
    state['token'] = headers['X-Subject-Token']
    return answer['token']


def accounts():
    roles = {role['name']: role['id'] for role in call('GET', identity + '/roles')[1]['roles']}
    def project(name):
        return call('POST', identity + '/projects', {'project': {'name': name, 'domain_id': 'default'}})[1]['project']['id']
    def user(name, secret, project_id, *granted):
        made = call('POST', identity + '/users', {'user': {'name': name, 'domain_id': 'default', 'password': secret}})[1]['user']['id']
        for role in granted:
            call('PUT', f'{identity}/projects/{project_id}/users/{made}/roles/{roles[role]}')
    user('cinder', password, project('service'), 'admin')
    for name in ('giver', 'taker'):
        made = project(name)
        user(name, f'{name}-secret', made, 'member', 'reader')
        print(f'{name.upper()}={made} {name} {name}-secret')
    made = call('POST', identity + '/services', {'service': {'type': 'volumev3', 'name': 'cinderv3'}})[1]['service']['id']
    call('POST', identity + '/endpoints', {'endpoint': {'service_id': made, 'interface': 'public', 'region': 'RegionOne', 'url': volume + '/$(project_id)s'}})


def ready(project_id):
    base = f'{volume}/{project_id}'
    # No backend is called like the second: its volumes fail.
    for name in ('folder', 'nowhere'):
        call('POST', base + '/types', {'volume_type': {'name': name, 'extra_specs': {'volume_backend_name': name}}})
    for _ in range(120):
        services = {service['binary']: service['state'] for service in call('GET', base + '/os-services')[1]['services']}
        pools = call('GET', base + '/scheduler-stats/get_pools')[1]['pools'] if services.get('cinder-scheduler') == 'up' else []
        if services.get('cinder-volume') == 'up' and pools:
            return
        time.sleep(0.25)
    sys.exit('Cinder has no volume service: see its log')


who = log_in()
try:
    ready(who['project']['id']) if 'ready' in sys.argv[4:] else accounts()
except urllib.error.HTTPError as error:
    sys.exit(f'{error.url}: {error.code} {error.read().decode()}')
