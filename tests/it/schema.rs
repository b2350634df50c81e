//! The JSON Schema holds for what is written.

use dateline::annotation::schema;
use serde_json::Value;

use crate::support::data;

#[test]
fn golden_files_hold_to_the_schema() {
    let schema = jsonschema::validator_for(&schema()).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(data("golden")).unwrap() {
        let path = entry.unwrap().path();
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&golden).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        count += 1;
    }
    assert!(count >= 3, "{count} files");
}
