"""A client of Harbor's evaluations in plain Python, as public clients speak it: no code of ours, no package.

    SYNTH_API_KEY=... python3 harbor_client.py http://localhost:8000 CONTEXT_DIR NAME SEEDS

Creates a deployment, makes instances, runs each seed directly and as a job; prints the results as JSON."""
import base64, io, json, os, sys, tarfile, time, urllib.error, urllib.request, uuid

BASE, CONTEXT, NAME, SEEDS = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3], list(range(int(sys.argv[4])))
KEY = os.environ["SYNTH_API_KEY"]


def call(method, path, body=None):
    headers = {"Authorization": f"Bearer {KEY}", "X-API-Key": KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(BASE + path, json.dumps(body).encode() if body is not None else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"Harbor API error ({error.code}): {json.load(error)['detail']}")


archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    tar.add(CONTEXT, arcname=".")
limits = {"timeout_s": 60, "cpu_cores": 1, "memory_mb": 512, "disk_mb": 1024}
deployment = call("POST", "/api/harbor/deployments", {"name": NAME, "description": None, "dockerfile": None,
    "context_tar_base64": base64.b64encode(archive.getvalue()).decode(), "entrypoint_mode": "file", "limits": limits, "env_vars": {},
    "entrypoint": "run_rollout --input /tmp/rollout.json --output /tmp/result.json", "metadata": {"agent_type": "oracle"}})
while (state := call("GET", f"/api/harbor/deployments/{deployment['id']}/status"))["status"] != "ready":
    if state["status"] not in ("pending", "building"):
        sys.exit(f"{state['status']}: {state['builds'][0]['error_message']}")
    time.sleep(0.5)
batch = call("POST", f"/api/harbor/deployments/{NAME}/instances/batch", {"count": len(SEEDS), "start_seed": 0})
call("POST", f"/api/harbor/deployments/{NAME}/instances/build-all", {})
direct = [call("POST", "/api/harbor/rollout", {"deployment_id": deployment["id"], "trace_correlation_id": str(uuid.uuid4()), "seed": seed,
    "prompt_template": {"sections": []}, "inference_url": f"{BASE}/api/inference/v1/chat/completions", "limits": {"timeout_s": 60},
    "params": {"agent": "partial", "model": "gpt-4o-mini"}})["metrics"]["reward_mean"] for seed in SEEDS]
job = call("POST", "/api/jobs/eval", {"task_app_url": f"{BASE}/api/harbor/deployments/{deployment['id']}", "task_app_api_key": KEY,
    "app_id": f"harbor-{deployment['id'][:8]}", "env_name": "default", "seeds": SEEDS, "max_concurrent": 2, "timeout": 60,
    "policy": {"agent": "partial", "model": "gpt-4o-mini"}, "env_config": {}})["job_id"]
while (status := call("GET", f"/api/eval/jobs/{job}"))["status"] not in ("completed", "failed", "cancelled"):
    time.sleep(0.5)
rows = call("GET", f"/api/eval/jobs/{job}/results")["results"]
scores = [row["score"] for row in sorted(rows, key=lambda row: row["seed"])]
print(json.dumps({"id": deployment["id"], "instances": batch["total"], "direct": direct, "job": scores, "mean": status["mean_reward"]}))
