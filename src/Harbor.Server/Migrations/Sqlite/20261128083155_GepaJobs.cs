using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Harbor.Server.Migrations.Sqlite
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
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    config = table.Column<string>(type: "TEXT", nullable: false),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    start = table.Column<string>(type: "TEXT", nullable: true),
                    deployment_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    task_app_key = table.Column<byte[]>(type: "BLOB", nullable: true),
                    pause_requested = table.Column<bool>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    stop_reason = table.Column<string>(type: "TEXT", nullable: true),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    baseline_reward = table.Column<double>(type: "REAL", nullable: true),
                    best_reward = table.Column<double>(type: "REAL", nullable: true),
                    best_candidate = table.Column<string>(type: "TEXT", nullable: true),
                    best_index = table.Column<int>(type: "INTEGER", nullable: false),
                    candidates_evaluated = table.Column<int>(type: "INTEGER", nullable: false),
                    generations = table.Column<int>(type: "INTEGER", nullable: false),
                    rollouts = table.Column<int>(type: "INTEGER", nullable: false),
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
                    table.PrimaryKey("PK_gepa_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "gepa_lines",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    offset = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gepa_lines", x => new { x.job_id, x.offset });
                });

            migrationBuilder.CreateTable(
                name: "gepa_snapshots",
                columns: table => new
                {
                    job_id = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
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
