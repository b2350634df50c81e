//! Positions in figures are places.

use crate::support::{Env, assert_offsets};

#[test]
fn positions_in_figures_are_places() {
    let text = "Rescuers reached the wreck at 36°20′24″N, 43°08′10″E on Monday. The camp near Mosul (36.41 N, 43.01 E) is \
                empty. Shares rose by 3.512, 4.115 and 6.177 per cent in Baghdad, grid 38SMB4488.";
    let env = Env::new();
    let found = env.run_with(["tag", "-", "--format", "jsonl"], text).jsonl().remove(0);
    assert_offsets(&found, text);
    let entities = found["entities"].as_array().unwrap();
    let by_figures: Vec<_> = entities
        .iter()
        .filter(|entity| entity["place"]["method"] == "coordinates")
        .map(|entity| (entity["text"].as_str().unwrap(), entity["place"]["lat"].as_f64().unwrap()))
        .collect();
    assert_eq!(by_figures, [("36°20′24″N, 43°08′10″E", 36.34), ("36.41 N, 43.01 E", 36.41), ("38SMB4488", 33.33424)]);
    assert!(entities.iter().any(|entity| entity["text"] == "Mosul" && entity["place"]["id"] == "geonames:99072"));
    let exact = &entities.iter().find(|entity| entity["place"]["method"] == "coordinates").unwrap();
    assert_eq!((&exact["label"], &exact["score"], &exact["place"]["id"]), (&"LOC".into(), &1.0.into(), &().into()));
    assert_eq!(exact["place"]["confidence"], 1.0);
    assert_eq!(exact["alternatives"], serde_json::json!([]));

    let unplaced = env.run_with(["tag", "-", "--format", "jsonl", "--no-places"], text).jsonl().remove(0);
    assert!(unplaced["entities"].as_array().unwrap().iter().all(|entity| entity["place"].is_null()));
}

#[test]
fn distances_from_grid_references() {
    let json = Env::new().run(["distance", "38SMB4488", "33°20′N 44°24′E", "--format", "jsonl"]).jsonl().remove(0);
    assert_eq!((&json["from"]["lat"], &json["to"]["lon"]), (&33.33424.into(), &44.4.into()), "{json}");
}
