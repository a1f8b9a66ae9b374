using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Harbor.Server.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class GepaJobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "gepa_jobs",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    config = table.Column<string>(type: "text", nullable: false),
                    metadata = table.Column<string>(type: "text", nullable: false),
                    start = table.Column<string>(type: "text", nullable: true),
                    deployment_id = table.Column<Guid>(type: "uuid", nullable: true),
                    task_app_key = table.Column<byte[]>(type: "bytea", nullable: true),
                    pause_requested = table.Column<bool>(type: "boolean", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true),
                    stop_reason = table.Column<string>(type: "text", nullable: true),
                    last_seq = table.Column<long>(type: "bigint", nullable: false),
                    baseline_reward = table.Column<double>(type: "double precision", nullable: true),
                    best_reward = table.Column<double>(type: "double precision", nullable: true),
                    best_candidate = table.Column<string>(type: "text", nullable: true),
                    best_index = table.Column<int>(type: "integer", nullable: false),
                    candidates_evaluated = table.Column<int>(type: "integer", nullable: false),
                    generations = table.Column<int>(type: "integer", nullable: false),
                    rollouts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    owner = table.Column<string>(type: "text", nullable: true),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gepa_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gepa_lines",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "text", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gepa_lines", x => new { x.job_id, x.offset });
                });

            migrationBuilder.CreateTable(
                name: "gepa_snapshots",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gepa_snapshots", x => x.job_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_gepa_jobs_organisation_id_id",
                table: "gepa_jobs",
                columns: new[] { "organisation_id", "id" });

            migrationBuilder.CreateIndex(
                name: "open_gepa_jobs",
                table: "gepa_jobs",
                column: "id",
                filter: "status IN ('queued', 'running')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gepa_jobs");

            migrationBuilder.DropTable(
                name: "gepa_lines");

            migrationBuilder.DropTable(
                name: "gepa_snapshots");
        }
    }
}
