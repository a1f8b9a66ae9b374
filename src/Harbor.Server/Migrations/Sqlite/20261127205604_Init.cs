using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Harbor.Server.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Init : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "artifacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    rollout_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: true),
                    sha256 = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_artifacts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "builds",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    deployment_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    context_digest = table.Column<string>(type: "TEXT", nullable: false),
                    dockerfile = table.Column<string>(type: "TEXT", nullable: true),
                    verify_dir = table.Column<string>(type: "TEXT", nullable: true),
                    force = table.Column<bool>(type: "INTEGER", nullable: false),
                    cached = table.Column<bool>(type: "INTEGER", nullable: false),
                    cache_key = table.Column<string>(type: "TEXT", nullable: true),
                    snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    waiting = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    owner = table.Column<string>(type: "TEXT", nullable: true),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_builds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "contexts",
                columns: table => new
                {
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    digest = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    has_dockerfile = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contexts", x => new { x.organisation_id, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "deployments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    dockerfile = table.Column<string>(type: "TEXT", nullable: true),
                    context_digest = table.Column<string>(type: "TEXT", nullable: false),
                    entrypoint = table.Column<string>(type: "TEXT", nullable: false),
                    entrypoint_mode = table.Column<string>(type: "TEXT", nullable: false),
                    port = table.Column<int>(type: "INTEGER", nullable: false),
                    timeout_s = table.Column<int>(type: "INTEGER", nullable: false),
                    cpu_cores = table.Column<int>(type: "INTEGER", nullable: false),
                    memory_mb = table.Column<int>(type: "INTEGER", nullable: false),
                    disk_mb = table.Column<int>(type: "INTEGER", nullable: false),
                    env_vars = table.Column<byte[]>(type: "BLOB", nullable: false),
                    env_var_names = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    network = table.Column<string>(type: "TEXT", nullable: false),
                    allowed_hosts = table.Column<string>(type: "TEXT", nullable: false),
                    prepare_command = table.Column<string>(type: "TEXT", nullable: true),
                    verify_command = table.Column<string>(type: "TEXT", nullable: true),
                    verify_dir = table.Column<string>(type: "TEXT", nullable: true),
                    verify_timeout_s = table.Column<int>(type: "INTEGER", nullable: false),
                    verify_network = table.Column<string>(type: "TEXT", nullable: false),
                    spec_digest = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    previous_snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    latest_build_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    serving_build_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request_hash = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    content_type = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_records", x => new { x.organisation_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "instances",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    deployment_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    base_snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ready_at = table.Column<long>(type: "INTEGER", nullable: true),
                    owner = table.Column<string>(type: "TEXT", nullable: true),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_instances", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "job_events",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    data = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_job_events", x => new { x.job_id, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "job_units",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    rollout_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    trace_correlation_id = table.Column<string>(type: "TEXT", nullable: false),
                    score = table.Column<double>(type: "REAL", nullable: true),
                    failure_kind = table.Column<string>(type: "TEXT", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    success = table.Column<bool>(type: "INTEGER", nullable: true),
                    tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    cost_usd = table.Column<double>(type: "REAL", nullable: true),
                    latency_ms = table.Column<double>(type: "REAL", nullable: true),
                    details = table.Column<string>(type: "TEXT", nullable: false),
                    infra_retries = table.Column<int>(type: "INTEGER", nullable: false),
                    rerolled = table.Column<bool>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_job_units", x => new { x.job_id, x.seed, x.attempt });
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    config = table.Column<string>(type: "TEXT", nullable: false),
                    deployment_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    task_app_url = table.Column<string>(type: "TEXT", nullable: false),
                    task_app_key = table.Column<byte[]>(type: "BLOB", nullable: true),
                    concurrency = table.Column<int>(type: "INTEGER", nullable: false),
                    success_threshold = table.Column<double>(type: "REAL", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    infra_failures_in_row = table.Column<int>(type: "INTEGER", nullable: false),
                    paused_until = table.Column<long>(type: "INTEGER", nullable: true),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    owner = table.Column<string>(type: "TEXT", nullable: true),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "organisations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    allows_full_network = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_organisations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rollouts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    deployment_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    job_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    turn = table.Column<long>(type: "INTEGER", nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: true),
                    trace_correlation_id = table.Column<string>(type: "TEXT", nullable: true),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    request_digest = table.Column<string>(type: "TEXT", nullable: false),
                    idempotency_key = table.Column<string>(type: "TEXT", nullable: true),
                    llm_key_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    timeout_s = table.Column<int>(type: "INTEGER", nullable: false),
                    cpu_cores = table.Column<int>(type: "INTEGER", nullable: false),
                    memory_mb = table.Column<int>(type: "INTEGER", nullable: false),
                    max_infra_retries = table.Column<int>(type: "INTEGER", nullable: false),
                    retain = table.Column<string>(type: "TEXT", nullable: false),
                    container_id = table.Column<string>(type: "TEXT", nullable: true),
                    verify_container_id = table.Column<string>(type: "TEXT", nullable: true),
                    instance_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    deadline = table.Column<long>(type: "INTEGER", nullable: true),
                    reward = table.Column<double>(type: "REAL", nullable: true),
                    success = table.Column<bool>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    failure_kind = table.Column<string>(type: "TEXT", nullable: true),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    details = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: true),
                    attempted = table.Column<string>(type: "TEXT", nullable: false),
                    kept_snapshot_id = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    delivered = table.Column<bool>(type: "INTEGER", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: true),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scores",
                columns: table => new
                {
                    rollout_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    reward = table.Column<double>(type: "REAL", nullable: true),
                    failure_kind = table.Column<string>(type: "TEXT", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    details = table.Column<string>(type: "TEXT", nullable: false),
                    context_digest = table.Column<string>(type: "TEXT", nullable: true),
                    verify_command = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scores", x => new { x.rollout_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "settings",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settings", x => x.name);
                });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_organisation_id",
                table: "api_keys",
                column: "organisation_id");

            migrationBuilder.CreateIndex(
                name: "IX_artifacts_rollout_id",
                table: "artifacts",
                column: "rollout_id");

            migrationBuilder.CreateIndex(
                name: "IX_builds_cache_key",
                table: "builds",
                column: "cache_key");

            migrationBuilder.CreateIndex(
                name: "IX_builds_deployment_id_id",
                table: "builds",
                columns: new[] { "deployment_id", "id" });

            migrationBuilder.CreateIndex(
                name: "open_builds",
                table: "builds",
                column: "id",
                filter: "status IN ('pending', 'building')");

            migrationBuilder.CreateIndex(
                name: "IX_deployments_organisation_id_name",
                table: "deployments",
                columns: new[] { "organisation_id", "name" },
                unique: true,
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_records_created_at",
                table: "idempotency_records",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_instances_deployment_id_seed",
                table: "instances",
                columns: new[] { "deployment_id", "seed" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "open_instances",
                table: "instances",
                column: "id",
                filter: "status IN ('pending', 'building')");

            migrationBuilder.CreateIndex(
                name: "IX_job_units_rollout_id",
                table: "job_units",
                column: "rollout_id");

            migrationBuilder.CreateIndex(
                name: "IX_jobs_organisation_id_created_at",
                table: "jobs",
                columns: new[] { "organisation_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "open_jobs",
                table: "jobs",
                column: "id",
                filter: "status IN ('pending', 'running')");

            migrationBuilder.CreateIndex(
                name: "IX_organisations_name",
                table: "organisations",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_deployment_id_id",
                table: "rollouts",
                columns: new[] { "deployment_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_job_id",
                table: "rollouts",
                column: "job_id");

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_organisation_id_id",
                table: "rollouts",
                columns: new[] { "organisation_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_organisation_id_idempotency_key",
                table: "rollouts",
                columns: new[] { "organisation_id", "idempotency_key" },
                filter: "idempotency_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "queued_of_organisation",
                table: "rollouts",
                columns: new[] { "organisation_id", "turn" },
                filter: "state = 'queued'");

            migrationBuilder.CreateIndex(
                name: "queued_rollouts",
                table: "rollouts",
                columns: new[] { "turn", "id" },
                filter: "state = 'queued'");

            migrationBuilder.CreateIndex(
                name: "recent_requests",
                table: "rollouts",
                column: "request_digest");

            migrationBuilder.CreateIndex(
                name: "running_rollouts",
                table: "rollouts",
                column: "lease_until",
                filter: "state IN ('starting', 'running', 'verifying', 'collecting')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "artifacts");

            migrationBuilder.DropTable(
                name: "builds");

            migrationBuilder.DropTable(
                name: "contexts");

            migrationBuilder.DropTable(
                name: "deployments");

            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "instances");

            migrationBuilder.DropTable(
                name: "job_events");

            migrationBuilder.DropTable(
                name: "job_units");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "organisations");

            migrationBuilder.DropTable(
                name: "rollouts");

            migrationBuilder.DropTable(
                name: "scores");

            migrationBuilder.DropTable(
                name: "settings");
        }
    }
}
