using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Harbor.Server.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FilePieces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "file_pieces",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    offset = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_file_pieces", x => new { x.name, x.offset });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "file_pieces");
        }
    }
}
