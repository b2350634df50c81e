//! How the files of networks are called, and which of several is taken.

/// How the files of networks are called, the best first: without an ending of its own, the network is as it was trained; the
/// others are its copies of fewer bits. `*` stands for the rest of a name.
const NAMES: [&str; 8] = [
    "model.onnx",
    "model_quantized.onnx",
    "model_int8.onnx",
    "model_qint8*.onnx",
    "model_quint8*.onnx",
    "model_uint8.onnx",
    "model_fp16.onnx",
    "model_q4*.onnx",
];

/// The folder in a model's that exporters put networks into today.
pub const FOLDER: &str = "onnx";

/// Which of a folder's files is its network.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice<'n> {
    /// This one.
    One(&'n str),
    /// There is none.
    None,
    /// There are these, and nothing tells which is meant.
    Several(Vec<&'n str>),
}

/// Chooses by the names of a model folder's files: those of `onnx/` are written so, and those deeper are passed over.
pub fn choose<'n>(files: impl IntoIterator<Item = &'n str>) -> Choice<'n> {
    let is_network = |file: &&str| file.ends_with(".onnx") && !name(file).contains('/');
    let mut found: Vec<&str> = files.into_iter().filter(is_network).collect();
    found.sort_unstable();
    for form in NAMES {
        // The nested one first.
        let fitting = found.iter().copied().filter(|file| is_of_form(form, name(file)));
        if let Some(file) = fitting.min_by_key(|file| nested(file).is_none()) {
            return Choice::One(file);
        }
    }
    match found[..] {
        [] => Choice::None,
        [file] => Choice::One(file),
        _ => Choice::Several(found),
    }
}

/// The name of a file in `onnx/`.
fn nested(file: &str) -> Option<&str> {
    file.strip_prefix(FOLDER)?.strip_prefix('/')
}

/// The name of a file, whether it is there or not.
fn name(file: &str) -> &str {
    nested(file).unwrap_or(file)
}

fn is_of_form(form: &str, name: &str) -> bool {
    match form.split_once('*') {
        Some((before, behind)) => name.starts_with(before) && name.ends_with(behind),
        None => name == form,
    }
}

/// The weights of a model that was not exported, under the names that trainers give them.
pub const WEIGHTS: [&str; 4] = ["model.safetensors", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"];

/// Whether a file has weights of the network beside it, by the names that exporters give such files: `model.onnx.data`,
/// `model.onnx_data`, `model.onnx_data_1`, … Both are names or paths.
pub fn is_part_of(network: &str, file: &str) -> bool {
    file.strip_prefix(network)
        .is_some_and(|rest| (rest.starts_with(".data") || rest.starts_with("_data")) && !rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_taken() {
        assert_eq!(choose(["model.onnx", "config.json", "onnx/model.onnx"]), Choice::One("onnx/model.onnx"));
        assert_eq!(choose(["model.onnx", "onnx/model_fp16.onnx"]), Choice::One("model.onnx"));
        assert_eq!(
            choose(["onnx/model_fp16.onnx", "onnx/model_qint8_arm64.onnx", "onnx/model_qint8_avx512.onnx"]),
            Choice::One("onnx/model_qint8_arm64.onnx")
        );
        assert_eq!(choose(["ner.onnx", "model.onnx.data"]), Choice::One("ner.onnx"));
        assert_eq!(choose(["a.onnx", "onnx/b.onnx"]), Choice::Several(vec!["a.onnx", "onnx/b.onnx"]));
        assert_eq!(choose(["other/model.onnx", "onnx/old/model.onnx", "config.json"]), Choice::None);
    }

    #[test]
    fn weights_beside_a_network_are_known() {
        for file in ["onnx/model.onnx.data", "onnx/model.onnx_data", "onnx/model.onnx_data_1"] {
            assert!(is_part_of("onnx/model.onnx", file), "{file}");
        }
        for file in ["onnx/model.onnx", "model.onnx_data", "onnx/model_fp16.onnx_data", "onnx/model.onnx.txt"] {
            assert!(!is_part_of("onnx/model.onnx", file), "{file}");
        }
    }
}
