"""Reads every layer in every format back with programs that aren't ours: `python scripts/layers/check.py CORPUS.jsonl`.

CORPUS is what `dateline map` takes, best what `dateline tag` wrote. Of every layer in every format: pyogrio (GDAL, of its
own build) reads as many features with the same corners to 1e-6 degrees as the GeoJSON has; geopandas and DuckDB read the
GeoParquet, whose metadata, boxes and reference system are looked at; the `geojson` package calls every feature valid, every
outer ring turns left, and nothing lies off the map. Prints a line a file. Needs scripts/layers/requirements.txt.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import duckdb
import geojson
import geopandas
import pyarrow.parquet
import pyogrio
import pyproj
import shapely

ROOT = Path(__file__).resolve().parent.parent.parent
LAYERS = ["mentions", "places", "links", "relative", "hexbins", "countries"]
FORMATS = ["geojsonl", "csv", "gpkg", "fgb", "kml", "parquet"]
WITHIN = 1e-6


def corners(shapes) -> list[tuple[float, ...]]:
    """The corners of shapes, in an order that doesn't depend on that of the file."""
    flat = [tuple(shapely.get_coordinates(shape).ravel().round(9)) for shape in shapes]
    return sorted(flat)


def same(a: list[tuple[float, ...]], b: list[tuple[float, ...]]) -> bool:
    return len(a) == len(b) and all(
        len(x) == len(y) and all(abs(p - q) <= WITHIN for p, q in zip(x, y)) for x, y in zip(a, b)
    )


def check_geojson(path: Path) -> list[shapely.Geometry]:
    text = path.read_text()
    collection = json.loads(text)
    assert "crs" not in collection and collection["type"] == "FeatureCollection", path
    parsed = geojson.loads(text)
    assert parsed.is_valid, parsed.errors()
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in collection["features"]]
    west, south, east, north = shapely.total_bounds(shapes)
    assert -180 <= west and east <= 180 and -90 <= south and north <= 90, path
    for shape in shapes:
        assert shape.is_valid or shape.geom_type == "LineString", (path, shapely.is_valid_reason(shape))
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors), path
            if part.geom_type == "LineString":
                longitudes = [corner[0] for corner in part.coords]
                assert all(abs(b - a) <= 180 for a, b in zip(longitudes, longitudes[1:])), path
    box = collection["bbox"]
    assert abs(box[1] - south) <= WITHIN and abs(box[3] - north) <= WITHIN, path
    crosses = box[0] > box[2]
    for part in (part for shape in shapes for part in getattr(shape, "geoms", [shape])):
        first, _, last, _ = part.bounds
        # Where it crosses the antimeridian, every part lies east of its western side or west of its eastern one.
        inside = (first >= box[0] or last <= box[2]) if crosses else (first >= box[0] and last <= box[2])
        assert inside, (path, box, part.bounds)
    assert crosses or (abs(box[0] - west) <= WITHIN and abs(box[2] - east) <= WITHIN), path
    return shapes


def check_parquet(path: Path, count: int) -> list[shapely.Geometry]:
    table = pyarrow.parquet.read_table(path)
    about = json.loads(table.schema.metadata[b"geo"])
    column = about["columns"]["geometry"]
    assert about["version"] == "1.1.0" and column["encoding"] == "WKB", about
    assert pyproj.CRS.from_json_dict(column["crs"]) == pyproj.CRS.from_user_input("OGC:CRS84"), column["crs"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"], column
    frame = geopandas.read_parquet(path)
    assert set(frame.geom_type.unique()) == set(column["geometry_types"]), column["geometry_types"]
    for shape, box in zip(frame.geometry, table.column("bbox").to_pylist()):
        sides = (box["xmin"], box["ymin"], box["xmax"], box["ymax"])
        assert all(abs(a - b) <= WITHIN for a, b in zip(shape.bounds, sides)), (shape.bounds, sides)
    # The covering serves a filter by box without a look at the shapes.
    assert len(geopandas.read_parquet(path, bbox=(-180, -90, 180, 90))) == count, path
    ((counted,),) = duckdb.sql(f"select count(*) from read_parquet('{path}') where bbox.xmin >= -180").fetchall()
    assert counted == count, (counted, count)
    return list(frame.geometry)


def check_other(path: Path, ending: str, layer: str) -> list[shapely.Geometry]:
    options = {}
    if ending == "csv":
        shaped = layer in ("links", "relative", "hexbins")
        options = (
            {"GEOM_POSSIBLE_NAMES": "geometry"}
            if shaped
            else {"X_POSSIBLE_NAMES": "longitude", "Y_POSSIBLE_NAMES": "latitude"}
        )
    info = pyogrio.read_info(path, layer=None if ending != "kml" else layer, **options)
    frame = pyogrio.read_dataframe(path, layer=layer if ending in ("gpkg", "kml") else None, **options)
    assert len(frame) == info["features"], (path, info)
    if ending in ("gpkg", "fgb"):
        assert info["crs"] == "EPSG:4326", info["crs"]
        # The index: a box that holds nothing gives nothing, one around all gives all.
        assert len(pyogrio.read_dataframe(path, layer=layer if ending == "gpkg" else None, bbox=(-180, -90, 180, 90))) == len(frame)
        assert info["capabilities"]["fast_spatial_filter"], path
    return list(frame.geometry)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dateline", type=Path, default=ROOT / "target" / "release" / "dateline")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for layer in LAYERS:
            paths = {ending: Path(folder) / f"{layer}.{ending}" for ending in ["geojson", *FORMATS]}
            outputs = [argument for path in paths.values() for argument in ("-o", path)]
            command = [arguments.dateline, "map", arguments.corpus, "--layer", layer, *outputs]
            subprocess.run(command, check=True, capture_output=True)
            expected = check_geojson(paths["geojson"])
            print(f"{layer}.geojson: {len(expected)} features, valid")
            for ending in FORMATS:
                path = paths[ending]
                read = check_parquet(path, len(expected)) if ending == "parquet" else check_other(path, ending, layer)
                assert same(corners(read), corners(expected)), path
                print(f"{path.name}: {len(read)} features, the same corners")


if __name__ == "__main__":
    main()
