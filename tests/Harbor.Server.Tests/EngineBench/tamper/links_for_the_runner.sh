# Expects 0.86: the runner, which is root, writes through no link that the agent has laid.
/opt/enginebench/agents/partial
ln -s /opt/enginebench/engine/src/lib.rs /tmp/result.json
ln -s /opt/enginebench/engine/src/lib.rs /logs/artifacts/diff.patch
rm -rf /logs/verifier
ln -s /opt/enginebench/engine /logs/verifier
