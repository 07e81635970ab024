"""The files for Kubernetes agree with each other, with the image and with this
courantd. Offline: there is no API server here, and no package has the schemas.
What is known of them is FIELDS, by hand: a field that is misspelt, or stands in
the wrong place, is not in it."""

import os
import pathlib
import re
import subprocess
import unittest

import yaml

import acceptance

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy/kubernetes"
COURANTD = pathlib.Path(os.environ["COURANT_BIN"]) / "courantd"
# What Server::Stop may take: 10 s for each listener, and a last word to streams.
LONGEST_STOP = 30

LABELS, ANY, LIST = object(), object(), object()
META = {"name": ANY, "labels": LABELS}
SELECTOR = {"matchLabels": LABELS}
PROBE = {"grpc": {"port": ANY, "service": ANY}, "periodSeconds": ANY, "timeoutSeconds": ANY,
         "failureThreshold": ANY}
CONTAINER = {
    "name": ANY, "image": ANY, "args": LIST,
    "ports": [{"name": ANY, "containerPort": ANY}],
    "startupProbe": PROBE, "readinessProbe": PROBE, "livenessProbe": PROBE,
    "resources": {"requests": LABELS, "limits": LABELS},
    "securityContext": {"allowPrivilegeEscalation": ANY,
                        "readOnlyRootFilesystem": ANY,
                        "capabilities": {"drop": LIST}},
    "volumeMounts": [{"name": ANY, "mountPath": ANY, "subPath": ANY,
                      "readOnly": ANY}],
}
POD = {
    "automountServiceAccountToken": ANY, "enableServiceLinks": ANY,
    "terminationGracePeriodSeconds": ANY,
    "securityContext": {"runAsNonRoot": ANY, "runAsUser": ANY,
                        "runAsGroup": ANY, "fsGroup": ANY,
                        "fsGroupChangePolicy": ANY,
                        "seccompProfile": {"type": ANY}},
    "containers": [CONTAINER],
    "volumes": [{"name": ANY, "configMap": {"name": ANY},
                 "secret": {"secretName": ANY, "defaultMode": ANY}}],
}
PEER = {"namespaceSelector": SELECTOR, "podSelector": SELECTOR}
FIELDS = {
    ("v1", "Namespace"): {"metadata": META},
    ("apps/v1", "StatefulSet"): {"metadata": META, "spec": {
        "replicas": ANY, "serviceName": ANY, "selector": SELECTOR,
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": ANY,
                                                 "whenScaled": ANY},
        "template": {"metadata": {"labels": LABELS}, "spec": POD},
        "volumeClaimTemplates": [{"metadata": META, "spec": {
            "accessModes": LIST, "resources": {"requests": LABELS}}}]}},
    ("v1", "Service"): {"metadata": META, "spec": {
        "type": ANY, "clusterIP": ANY, "externalTrafficPolicy": ANY,
        "publishNotReadyAddresses": ANY, "selector": LABELS,
        "ports": [{"name": ANY, "port": ANY, "targetPort": ANY,
                   "appProtocol": ANY}]}},
    ("policy/v1", "PodDisruptionBudget"): {"metadata": META, "spec": {
        "maxUnavailable": ANY, "selector": SELECTOR}},
    ("networking.k8s.io/v1", "NetworkPolicy"): {"metadata": META, "spec": {
        "podSelector": SELECTOR, "policyTypes": LIST,
        "ingress": [{"ports": [{"protocol": ANY, "port": ANY}],
                     "from": [PEER]}],
        "egress": LIST}},
    ("monitoring.coreos.com/v1", "ServiceMonitor"): {"metadata": META, "spec": {
        "jobLabel": ANY, "selector": SELECTOR,
        "endpoints": [{"port": ANY, "path": ANY, "interval": ANY,
                       "scrapeTimeout": ANY}]}},
}


def unknown(value, known, path):
    """The fields that are none, with where they stand."""
    if known is ANY:
        return [] if isinstance(value, (str, int, bool)) else [path]
    if known is LIST:
        return [] if isinstance(value, list) else [path]
    if known is LABELS:
        return [f"{path}.{key}" for key, each in value.items()
                if not isinstance(each, str)]
    if isinstance(known, list):
        if not isinstance(value, list):
            return [path]
        return [field for number, each in enumerate(value)
                for field in unknown(each, known[0], f"{path}[{number}]")]
    if not isinstance(value, dict):
        return [path]
    return [field for key, each in value.items()
            for field in (unknown(each, known[key], f"{path}.{key}")
                          if key in known else [f"{path}.{key}"])]


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


class KubernetesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kustomization = yaml.safe_load(
            (FOLDER / "kustomization.yaml").read_text())
        cls.objects = [each for name in cls.kustomization["resources"]
                       for each in yaml.safe_load_all(
                           (FOLDER / name).read_text())]
        # Not of those that `kubectl delete --kustomize` deletes, with the volume.
        cls.space = yaml.safe_load((FOLDER / "namespace.yaml").read_text())
        (cls.set,) = cls.of("StatefulSet")
        cls.template = cls.set["spec"]["template"]
        cls.pod = cls.template["spec"]
        (cls.container,) = cls.pod["containers"]
        cls.ports = {port["name"]: port["containerPort"]
                     for port in cls.container["ports"]}
        cls.config = yaml.safe_load((FOLDER / "courant.yaml").read_text())

    @classmethod
    def of(cls, kind):
        return [each for each in cls.objects if each["kind"] == kind]

    def test_every_file_is_taken_and_every_field_is_known(self):
        files = {path.name for path in FOLDER.glob("*.yaml")}
        generated = {name for each in self.kustomization["configMapGenerator"]
                     for name in each["files"]}
        self.assertEqual(files, {"kustomization.yaml", "namespace.yaml", *generated,
                                 *self.kustomization["resources"]})
        seen = set()
        for each in [self.space, *self.objects]:
            kind = each["apiVersion"], each["kind"]
            self.assertIn(kind, FIELDS)
            rest = {key: value for key, value in each.items()
                    if key not in ("apiVersion", "kind")}
            self.assertEqual(unknown(rest, FIELDS[kind], kind[1]), [])
            seen.add(kind)
        self.assertEqual(seen, set(FIELDS))

    def test_selectors_select(self):
        labels = self.template["metadata"]["labels"].items()
        selectors = [self.set["spec"]["selector"]["matchLabels"]]
        selectors += [each["spec"]["selector"] for each in self.of("Service")]
        selectors += [each["spec"]["selector"]["matchLabels"]
                      for each in self.of("PodDisruptionBudget")]
        selectors += [each["spec"]["podSelector"]["matchLabels"]
                      for each in self.of("NetworkPolicy")]
        for selector in selectors:
            self.assertTrue(selector)
            self.assertLessEqual(selector.items(), labels)
        self.assertIn(self.set["spec"]["serviceName"],
                      [each["metadata"]["name"] for each in self.of("Service")
                       if each["spec"].get("clusterIP") == "None"])

    def test_ports_are_those_of_courantd(self):
        listeners = self.config["listeners"]
        self.assertEqual(self.ports, {
            name: int(each["address"].rpartition(":")[2])
            for name, each in listeners.items()})
        served = set()
        for service in self.of("Service"):
            for port in service["spec"]["ports"]:
                self.assertIn(port["targetPort"], self.ports)
                served.add(port["targetPort"])
        self.assertEqual(served, set(self.ports))
        (policy,) = self.of("NetworkPolicy")
        open_to = {port["port"]: rule.get("from")
                   for rule in policy["spec"]["ingress"]
                   for port in rule["ports"]}
        self.assertEqual(set(open_to), set(self.ports))
        # Everybody reaches the one that asks for a key and has TLS; nobody else
        # but who is named reaches one that does not.
        self.assertEqual([name for name, peers in open_to.items() if not peers],
                         ["partner"])
        self.assertIn("tls", listeners["partner"])
        self.assertFalse(listeners["partner"].get("allow_insecure_non_loopback"))

    def test_probes(self):
        # Readiness is asked without a name; see ADR 0020.
        for probe, service in (("startupProbe", {}), ("readinessProbe", {}),
                               ("livenessProbe", {"service": "liveness"})):
            self.assertEqual(self.container[probe]["grpc"],
                             {"port": self.ports["internal"], **service}, probe)
        self.assertNotIn("tls", self.config["listeners"]["internal"])
        alive = self.container["livenessProbe"]
        self.assertGreaterEqual(
            alive["periodSeconds"] * alive["failureThreshold"], 60)
        self.assertGreater(self.pod["terminationGracePeriodSeconds"],
                           LONGEST_STOP)

    def test_prometheus_finds_it(self):
        (monitor,) = self.of("ServiceMonitor")
        labels = monitor["spec"]["selector"]["matchLabels"].items()
        (service,) = [each for each in self.of("Service")
                      if labels <= each["metadata"]["labels"].items()]
        (endpoint,) = monitor["spec"]["endpoints"]
        (port,) = [each for each in service["spec"]["ports"]
                   if each["name"] == endpoint["port"]]
        self.assertEqual(port["targetPort"], "ops")
        self.assertLess(seconds(endpoint["scrapeTimeout"]),
                        seconds(endpoint["interval"]))
        # The job that the rules ask for.
        job = service["metadata"]["labels"][monitor["spec"]["jobLabel"]]
        rules = (ROOT / "deploy/prometheus/courant.rules.yml").read_text()
        self.assertEqual({*re.findall(r'job="(\w+)"', rules)}, {job})

    def test_operators_are_shown_a_way_that_is_open(self):
        """By a port forwarded to loopback, which the ops listener answers to; a
        name it does not have."""
        text = (FOLDER / "README.md").read_text()
        (pod, port), = re.findall(
            r"^kubectl --namespace courant port-forward pod/(\S+) (\d+)$", text,
            re.MULTILINE)
        self.assertEqual(pod, f"{self.set['metadata']['name']}-0")
        self.assertEqual(int(port), self.ports["ops"])
        asked = re.findall(r"http://([\w.-]+):(\d+)/", text)
        self.assertEqual({*asked}, {("127.0.0.1", port)})
        self.assertNotIn("hosts", self.config.get("ops", {}))

    def test_courantd_takes_its_configuration(self):
        checked = subprocess.run(
            [COURANTD, "--config", FOLDER / "courant.yaml", "--check-config"],
            capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        printed = subprocess.run(
            [COURANTD, "--config", FOLDER / "courant.yaml", "--print-config"],
            capture_output=True, text=True, check=True).stdout
        every_key = yaml.safe_load(printed)

        def keys(value, path=()):
            if not isinstance(value, dict):
                return {".".join(path): value}
            return {key: each for name, part in value.items()
                    for key, each in keys(part, (*path, name)).items()}
        said, taken = keys(self.config), keys(every_key)
        self.assertEqual({key: taken.get(key) for key in said}, said)

    def test_volumes(self):
        recipe = (ROOT / "deploy/container/Containerfile").read_text()
        mounts = {each["name"]: each for each in self.container["volumeMounts"]}
        claims = [each["metadata"]["name"]
                  for each in self.set["spec"]["volumeClaimTemplates"]]
        volumes = [each["name"] for each in self.pod["volumes"]]
        self.assertEqual(sorted(mounts), sorted(claims + volumes))
        self.assertIn(f"VOLUME {mounts['data']['mountPath']}\n", recipe)
        self.assertIn(f"COURANTD_DATA_DIR={mounts['data']['mountPath']}/",
                      recipe)
        self.assertEqual(self.container["args"],
                         ["--config", mounts["config"]["mountPath"]])
        (generated,) = self.kustomization["configMapGenerator"]
        (configured,) = [each["configMap"]["name"]
                         for each in self.pod["volumes"] if "configMap" in each]
        self.assertEqual(generated["name"], configured)
        self.assertEqual(generated["files"], [mounts["config"]["subPath"]])
        tls = self.config["listeners"]["partner"]["tls"]
        self.assertEqual(
            tls, {"certificate_file": mounts["partner-tls"]["mountPath"]
                  + "/tls.crt",
                  "key_file": mounts["partner-tls"]["mountPath"] + "/tls.key"})
        kept = self.set["spec"]["persistentVolumeClaimRetentionPolicy"]
        self.assertEqual({*kept.values()}, {"Retain"})
        self.assertEqual(self.set["spec"]["replicas"], 1)

    def test_the_image_is_ours(self):
        (image,) = self.kustomization["images"]
        self.assertEqual(self.container["image"], image["name"])
        self.assertIn(f"{image['name']}}}",
                      (ROOT / "deploy/container/build.sh").read_text())
        version = subprocess.run([COURANTD, "--version"], check=True,
                                 capture_output=True, text=True).stdout.strip()
        self.assertEqual(image["newTag"], version)

    def test_it_is_restricted(self):
        """The restricted Pod Security Standard, and more."""
        recipe = (ROOT / "deploy/container/Containerfile").read_text()
        user = int(re.search(r"^USER (\d+):", recipe, re.MULTILINE)[1])
        pod, container = (self.pod["securityContext"],
                          self.container["securityContext"])
        self.assertEqual(
            pod, {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user,
                  "fsGroup": user, "fsGroupChangePolicy": "OnRootMismatch",
                  "seccompProfile": {"type": "RuntimeDefault"}})
        self.assertEqual(
            container, {"allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]}})
        self.assertIs(self.pod["automountServiceAccountToken"], False)
        self.assertIs(self.pod["enableServiceLinks"], False)
        self.assertEqual(self.space["metadata"]["name"],
                         self.kustomization["namespace"])
        self.assertEqual(self.space["metadata"]["labels"][
            "pod-security.kubernetes.io/enforce"], "restricted")
        (policy,) = self.of("NetworkPolicy")
        self.assertEqual(policy["spec"]["policyTypes"], ["Ingress", "Egress"])
        self.assertEqual(policy["spec"]["egress"], [])


if __name__ == "__main__":
    acceptance.main()
