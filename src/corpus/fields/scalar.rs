//! What a field's value is as a string, whatever it was written as.

use serde_json::Value;

/// A value of a field that is no text: a string or a number; of a list, its first; of an object, what people call
/// it by. `Err` says what it is if it is nothing of that.
pub(super) fn scalar(value: &Value) -> Result<Option<String>, &'static str> {
    match value {
        Value::Null => Ok(None),
        // pandas and others write what is missing as a word.
        Value::String(text) if is_missing(text) => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) => Ok(Some(number.to_string())),
        // "published: true" is no date, and "source: false" nobody.
        Value::Bool(_) => Err("true or false"),
        Value::Array(values) => match values.iter().find_map(|value| scalar(value).ok().flatten()) {
            Some(first) => Ok(Some(first)),
            None if values.is_empty() => Ok(None),
            None => Err("a list"),
        },
        Value::Object(fields) => {
            // MongoDB's extended JSON, WordPress, and the names of sources.
            const NAMES: [&str; 13] = [
                "$oid",
                "$date",
                "$numberLong",
                "rendered",
                "name",
                "title",
                "domain",
                "host",
                "uri",
                "url",
                "href",
                "id",
                "value",
            ];
            let found =
                NAMES.iter().filter_map(|name| fields.get(*name)).find_map(|value| scalar(value).ok().flatten());
            found.map(Some).ok_or("an object")
        }
    }
}

/// Whether a string says that there is nothing: Python's None as a string, and what tables write for it.
fn is_missing(text: &str) -> bool {
    matches!(text.trim(), "" | "None" | "null" | "NaN" | "nan" | "NaT" | "<NA>")
}

/// Whether a value may be a text.
pub(super) fn is_text(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(parts) => !parts.is_empty() && parts.iter().all(Value::is_string),
        Value::Object(fields) => fields.get("rendered").is_some_and(Value::is_string),
        _ => false,
    }
}

/// A text: a string, or paragraphs in a list. `None` if it is null, or paragraphs that are all null.
pub(super) fn text(value: Value) -> Result<Option<String>, Value> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Array(parts) => {
            if !parts.iter().all(|part| matches!(part, Value::String(_) | Value::Null)) {
                return Err(Value::Array(parts));
            }
            let texts: Vec<String> = parts
                .into_iter()
                .filter_map(|part| match part {
                    Value::String(text) => Some(text),
                    _ => None,
                })
                .collect();
            Ok((!texts.is_empty()).then(|| texts.join("\n\n")))
        }
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_strings_where_they_can_be() {
        for (value, expected) in [
            (json!("a"), Ok(Some("a"))),
            (json!(7), Ok(Some("7"))),
            (json!("None"), Ok(None)),
            (json!(["b", "c"]), Ok(Some("b"))),
            (json!([]), Ok(None)),
            (json!({"id": null, "name": "BBC News"}), Ok(Some("BBC News"))),
            (json!({"$date": {"$numberLong": "1709643600000"}}), Ok(Some("1709643600000"))),
            (json!({"x": 1}), Err("an object")),
            (json!([{"x": 1}]), Err("a list")),
        ] {
            assert_eq!(scalar(&value), expected.map(|text: Option<&str>| text.map(str::to_owned)), "{value}");
        }
    }
}
