"""Names are those Karmada derives, for every recorded call; v1.2's differ where it did."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada import names
from tests.engine.karmada.corpus import load, report

FUNCTIONS = {
    "GenerateExecutionSpaceName": names.generate_execution_space_name,
    "GetClusterName": names.get_cluster_name,
    "GenerateBindingName": names.generate_binding_name,
    "GenerateBindingReferenceKey": names.generate_binding_reference_key,
    "GenerateWorkName": names.generate_work_name,
    "GenerateServiceAccountName": names.generate_service_account_name,
    "GenerateRoleName": names.generate_role_name,
    "GenerateEndpointSliceName": names.generate_endpoint_slice_name,
    "GenerateDerivedServiceName": names.generate_derived_service_name,
    "GenerateEstimatorServiceName": names.generate_estimator_service_name,
    "GenerateEstimatorDeploymentName": names.generate_estimator_deployment_name,
    "IsReservedNamespace": names.is_reserved_namespace,
    "GenerateImpersonationSecretName": names.generate_impersonation_secret_name,
    "GeneratePolicyName": names.generate_policy_name,
    "NamespacedKey": names.namespaced_key,
}


def test_names() -> None:
    cases = load("names")
    failures = []
    for case in cases:
        call = case["input"]
        try:
            found = FUNCTIONS[call["function"]](*call["args"])
        except ValueError as error:
            found = {"error": str(error)}
        if found != case["output"]:
            failures.append(f"{case['case']}: expected {case['output']}, found {found}")
    assert not failures, report(failures, len(cases))


def test_a_namespace_that_is_no_execution_space_has_no_cluster() -> None:
    with pytest.raises(ValueError, match="the execution space name is in wrong format"):
        names.get_cluster_name("default")


def test_v12_keys_join_namespace_and_name_by_a_dash() -> None:
    """As recorded on v1.2.0: Work pipy-76466b6775 carries the key 76466b6775."""
    key = names.generate_binding_reference_key("default", "pipy-deployment", "article")
    assert key == "76466b6775"
    assert names.generate_work_name("Deployment", "pipy", "default", "article") == f"pipy-{key}"


def test_v12_reserves_kubernetes_own_namespaces() -> None:
    assert names.is_reserved_namespace("kube-system", "article")
    assert not names.is_reserved_namespace("kube-system")
