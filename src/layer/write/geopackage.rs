//! GeoPackage 1.3 (OGC 12-128r17): a table of features a layer, each with an R-tree (the extension `gpkg_rtree_index`).
//!
//! It has no time of its own in it: the same layers give the same file.

use std::path::Path;

use geo::{Geometry, MultiLineString, MultiPolygon};
use geozero::{CoordDimensions, ToWkb as _};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Statement, ToSql, Transaction, params};

use super::error::WriteError;
use crate::layer::geometry::Bounds;
use crate::layer::table::{Kind, Shapes, Table, Value};

/// "GPKG", and the version 1.3.0.
const APPLICATION_ID: i32 = 0x4750_4B47;
const USER_VERSION: i32 = 10_300;

/// When the contents changed last: no time is told, since results don't depend on when they were made.
const UNKNOWN_TIME: &str = "1970-01-01T00:00:00.000Z";

/// The identifier of WGS 84 in it, longitude first.
const WGS84: i32 = 4326;

/// Tables and rows that every GeoPackage has (clauses 1.1.2.1.2 to 2.3.2.1.1).
const SCHEMA: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude and latitude in degrees on the WGS 84 ellipsoid');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"#;

/// What keeps the R-tree of a table in step with changes (annex F.3). `{t}` is the table.
const TRIGGERS: &str = r#"
CREATE TRIGGER rtree_{t}_geom_insert AFTER INSERT ON {t}
    WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
    BEGIN INSERT OR REPLACE INTO rtree_{t}_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_{t}_geom_update1 AFTER UPDATE OF geom ON {t}
    WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    BEGIN INSERT OR REPLACE INTO rtree_{t}_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_{t}_geom_update2 AFTER UPDATE OF geom ON {t}
    WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
    BEGIN DELETE FROM rtree_{t}_geom WHERE id = OLD.fid; END;
CREATE TRIGGER rtree_{t}_geom_update3 AFTER UPDATE ON {t}
    WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    BEGIN DELETE FROM rtree_{t}_geom WHERE id = OLD.fid;
        INSERT OR REPLACE INTO rtree_{t}_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_{t}_geom_update4 AFTER UPDATE ON {t}
    WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
    BEGIN DELETE FROM rtree_{t}_geom WHERE id IN (OLD.fid, NEW.fid); END;
CREATE TRIGGER rtree_{t}_geom_delete AFTER DELETE ON {t} WHEN old.geom NOT NULL
    BEGIN DELETE FROM rtree_{t}_geom WHERE id = OLD.fid; END;
"#;

/// Writes tables into an empty file, which must be one of the disk: the database is made in place.
pub(super) fn write(tables: &[Table<'_>], title: &str, path: &Path) -> Result<(), WriteError> {
    let mut database = Connection::open(path).map_err(failed)?;
    // A file that is not complete gets no name, so nothing has to be safe before. Features come in the order of documents,
    // not of places, so that an R-tree that is not held in memory (64 MB, two million points) is read again and again.
    database
        .execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;",
        )
        .map_err(failed)?;
    let all = database.transaction().map_err(failed)?;
    all.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    all.pragma_update(None, "user_version", USER_VERSION).map_err(failed)?;
    all.execute_batch(SCHEMA).map_err(failed)?;
    for table in tables {
        write_table(table, title, &all)?;
    }
    all.commit().map_err(failed)?;
    database.close().map_err(|(_, error)| failed(error))
}

fn write_table(table: &Table<'_>, title: &str, database: &Transaction<'_>) -> Result<(), WriteError> {
    let name = table.layer.name();
    let columns: Vec<String> = table
        .fields
        .iter()
        .map(|field| {
            let kind = match field.kind {
                Kind::Text => "TEXT",
                Kind::Integer => "INTEGER",
                Kind::Number => "REAL",
                Kind::Date => "DATE",
            };
            format!(", \"{}\" {kind}", field.name)
        })
        .collect();
    let shapes = match table.shapes {
        Shapes::Points => "POINT",
        Shapes::Lines => "MULTILINESTRING",
        Shapes::Polygons => "MULTIPOLYGON",
        Shapes::Mixed => "GEOMETRY",
    };
    let columns = columns.concat();
    let create = format!(
        "CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {shapes}{columns});
         CREATE VIRTUAL TABLE rtree_{name}_geom USING rtree(id, minx, maxx, miny, maxy);"
    );
    database.execute_batch(&create).map_err(failed)?;
    let places = ", ?".repeat(table.fields.len() + 1);
    let mut row = database.prepare(&format!("INSERT INTO {name} VALUES (?{places})")).map_err(failed)?;
    let mut index =
        database.prepare(&format!("INSERT INTO rtree_{name}_geom VALUES (?, ?, ?, ?, ?)")).map_err(failed)?;
    let mut extent: Option<Bounds> = None;
    for (fid, feature) in (1_i64..).zip(table.features()) {
        let bounds = Bounds::of(&feature.shape).ok_or_else(|| WriteError::encoding("a shape without corners"))?;
        extent = Some(extent.map_or(bounds, |extent| extent.with(bounds)));
        let shape = blob(feature.shape, table.shapes, bounds)?;
        insert(&mut row, fid, &shape, &feature.values).map_err(failed)?;
        let Bounds { west, south, east, north } = bounds;
        index.execute(params![fid, west, east, south, north]).map_err(failed)?;
    }
    let [west, south, east, north] = extent.map_or([None; 4], |extent| extent.sides().map(Some));
    let description = format!("{title} ({name})");
    database
        .execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
            params![name, name, description, UNKNOWN_TIME, west, south, east, north, WGS84],
        )
        .map_err(failed)?;
    database
        .execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", params![name, shapes, WGS84])
        .map_err(failed)?;
    database
        .execute(
            "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index',
             'http://www.geopackage.org/spec121/#extension_rtree', 'write-only')",
            params![name],
        )
        .map_err(failed)?;
    database.execute_batch(&TRIGGERS.replace("{t}", name)).map_err(failed)
}

fn insert(row: &mut Statement<'_>, fid: i64, shape: &[u8], values: &[Value<'_>]) -> rusqlite::Result<()> {
    row.raw_bind_parameter(1, fid)?;
    row.raw_bind_parameter(2, shape)?;
    for (n, value) in (3..).zip(values) {
        row.raw_bind_parameter(n, value)?;
    }
    row.raw_execute().map(|_| ())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Null => Ok(rusqlite::types::Null.into()),
            // SQLite's text ends at a zero character for most of its readers.
            Self::Text(text) if text.contains('\0') => Ok(text.replace('\0', "\u{fffd}").into()),
            Self::Text(text) => text.as_ref().to_sql(),
            Self::Integer(number) => Ok((*number).into()),
            Self::Number(number) => Ok((*number).into()),
            Self::Date(day) => Ok(day.to_string().into()),
        }
    }
}

/// A shape as the table's type has it, in the form of clause 2.1.3.
fn blob(shape: Geometry, shapes: Shapes, bounds: Bounds) -> Result<Vec<u8>, WriteError> {
    let shape = match (shapes, shape) {
        (Shapes::Lines, Geometry::LineString(line)) => MultiLineString(vec![line]).into(),
        (Shapes::Polygons, Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon]).into(),
        (_, shape) => shape,
    };
    let Bounds { west, south, east, north } = bounds;
    let envelope = if shapes == Shapes::Points { Vec::new() } else { vec![west, east, south, north] };
    shape.to_gpkg_wkb(CoordDimensions::xy(), Some(WGS84), envelope).map_err(WriteError::encoding)
}

fn failed(error: rusqlite::Error) -> WriteError {
    use rusqlite::ErrorCode::{CannotOpen, DiskFull, PermissionDenied, ReadOnly, SystemIoFailure};
    match error.sqlite_error_code() {
        Some(DiskFull | CannotOpen | ReadOnly | PermissionDenied | SystemIoFailure) => {
            WriteError::Io(std::io::Error::other(error.to_string()))
        }
        _ => WriteError::encoding(error),
    }
}
