//! What can be done about errors of the library, in the words of this command line.

use std::error::Error;
use std::path::Path;

use dateline::inner::external::{AssetError, ExternalError, FetchError, OLDEST, Origin};
use dateline::inner::gazetteer::GazetteerError;
use dateline::inner::onnx::OnnxError;

/// What the user can do about an error, as the rest of a sentence; `None` where the error says it all.
pub fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<dateline::Error>() {
        return of_tagger(error);
    }
    if let Some(error) = error.downcast_ref::<ExternalError>() {
        return of_runtime(error);
    }
    if let Some(error) = error.downcast_ref::<AssetError>() {
        return of_page(error);
    }
    if let Some(error) = error.downcast_ref::<OnnxError>() {
        return of_model(error);
    }
    of_gazetteer(error.downcast_ref()?)
}

fn of_tagger(error: &dateline::Error) -> Option<String> {
    use dateline::Error as Of;
    match error {
        Of::Runtime(error) => of_runtime(error),
        Of::Onnx(error) | Of::Model(dateline::error::ModelError::Onnx(error)) => of_model(error),
        Of::Gazetteer(error) => of_gazetteer(error),
        Of::Model(dateline::error::ModelError::File { .. }) => Some(
            "--model takes such a folder, one .onnx file in it, hf:OWNER/NAME, or the names default and accurate"
                .to_owned(),
        ),
        Of::Hub(dateline::error::HubError::Offline { .. }) => {
            Some("or leave --offline and HF_HUB_OFFLINE out".to_owned())
        }
        Of::NoAccurateModel { .. } | Of::NothingEmbedded => Some("--model FOLDER names one".to_owned()),
        Of::NoGazetteer => Some("--gazetteer PATH names one, and `dateline gazetteer build` makes one".to_owned()),
        _ => None,
    }
}

fn of_runtime(error: &ExternalError) -> Option<String> {
    match error {
        ExternalError::Named { by, .. } => {
            let by = named_by(*by);
            Some(format!("give the path of one, or leave {by} out and let dateline find or fetch one"))
        }
        ExternalError::UnfetchedForCuda { why, folder } => Some(ways_to_a_runtime_for_cuda(why, folder.as_deref())),
        ExternalError::Unfetched { why, folder } => Some(ways_to_a_runtime(why, folder.as_deref())),
        ExternalError::Unusable { .. } => Some("--onnxruntime PATH or ORT_DYLIB_PATH names one".to_owned()),
    }
}

/// How the user names a library.
pub fn named_by(origin: Origin) -> String {
    match origin {
        Origin::Option => "--onnxruntime".to_owned(),
        origin => origin.to_string(),
    }
}

fn ways_to_a_runtime(why: &FetchError, folder: Option<&Path>) -> String {
    let name = format!("name the library of ONNX Runtime {OLDEST} or newer with --onnxruntime PATH or ORT_DYLIB_PATH");
    let install = "install one that the system's loader finds";
    // Where nothing is pinned, neither setup nor another machine's cache can help.
    if let FetchError::Platform { .. } = why {
        return format!("either (1) {name}, or (2) {install}");
    }
    let fetch = format!("{}run `dateline setup` where there is a network and a pip", if_offline(why));
    let copy = folder.map(|folder| format!(", or copy {} from a machine like this that has it", shown(folder)));
    format!("either (1) {fetch}, or (2) {name}, or (3) {install}{}", copy.unwrap_or_default())
}

fn ways_to_a_runtime_for_cuda(why: &FetchError, folder: Option<&Path>) -> String {
    let name = format!(
        "name the library of an ONNX Runtime {OLDEST} or newer that was built for CUDA with --onnxruntime PATH or \
         ORT_DYLIB_PATH"
    );
    let leave = "leave --device out and use the processor of the machine";
    if let FetchError::Platform { .. } = why {
        return format!("either (1) {name}, or (2) {leave}");
    }
    let fetch = format!("{}run `dateline setup --device cuda` where there is a network and a pip", if_offline(why));
    let copy = folder.map(|folder| format!(", or copy {} from a machine like this that has it", shown(folder)));
    format!("either (1) {fetch}{}, or (2) {name}, or (3) {leave}", copy.unwrap_or_default())
}

fn of_page(error: &AssetError) -> Option<String> {
    match error {
        AssetError::Named { .. } => {
            Some("name that folder with --map-assets, or leave --map-assets out and let dateline fetch them".to_owned())
        }
        AssetError::Unfetched { why, folder } => Some(ways_to_a_page(why, folder.as_deref())),
    }
}

fn ways_to_a_page(why: &FetchError, folder: Option<&Path>) -> String {
    let copy = folder.map(|folder| format!(" and copy {} from there", shown(folder))).unwrap_or_default();
    let first = match why {
        FetchError::NoClient { .. } => {
            format!(
                "nothing else needs npm: either (1) install Node.js, which has npm, or run `dateline setup` on another \
                 machine that has it{copy}"
            )
        }
        _ => format!("either (1) {}run `dateline setup` where there is a network and an npm{copy}", if_offline(why)),
    };
    format!(
        "{first}, or (2) name a folder that holds them with --map-assets, or (3) write another format than a page \
         (map.html, --format html)"
    )
}

/// The first way out for those who forbid fetching.
fn if_offline(why: &FetchError) -> &'static str {
    if let FetchError::Offline = why { "leave --offline out, or " } else { "" }
}

fn of_model(error: &OnnxError) -> Option<String> {
    match error {
        OnnxError::Library { .. } => Some("name another with --onnxruntime, or run `dateline setup`".to_owned()),
        _ => None,
    }
}

fn of_gazetteer(error: &GazetteerError) -> Option<String> {
    match error {
        GazetteerError::Missing(_) | GazetteerError::NotAGazetteer(_) | GazetteerError::Version { .. } => {
            Some("`dateline gazetteer build` makes one".to_owned())
        }
        _ => None,
    }
}

/// A path for a message that has to stay on one line.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_has(text: &str, parts: &[&str]) {
        for part in parts {
            assert!(text.contains(part), "{part} is missing from: {text}");
        }
        assert!(!text.contains('\n'), "{text}");
    }

    #[test]
    fn ways_to_a_runtime_fit_the_cause() {
        let folder = || Some("cache/dateline".into());
        let of = |why| hint(&ExternalError::Unfetched { why, folder: folder() }).unwrap();
        let for_cuda = |why| hint(&ExternalError::UnfetchedForCuda { why: Box::new(why), folder: folder() }).unwrap();
        let ways =
            ["run `dateline setup`", "(2) name", "--onnxruntime PATH", "ORT_DYLIB_PATH", "(3) install", "copy cache"];
        let offline = of(FetchError::Offline);
        assert_has(&offline, &ways);
        assert_has(&offline, &["(1) leave --offline out"]);
        let no_folder = of(FetchError::NoCacheFolder);
        assert_has(&no_folder, &ways);
        assert!(!no_folder.contains("--offline"), "{no_folder}");
        let platform = of(FetchError::Platform { platform: "a".to_owned(), supported: "b".to_owned() });
        assert_has(&platform, &["(1) name"]);
        assert!(!platform.contains("setup") && !platform.contains("copy"), "{platform}");
        let cuda = for_cuda(FetchError::Offline);
        assert_has(&cuda, &["leave --offline out", "`dateline setup --device cuda`", "--onnxruntime", "copy cache"]);
        assert!(!cuda.contains("the system's loader"), "{cuda}");
        let why = FetchError::Platform { platform: "a".to_owned(), supported: "b".to_owned() };
        let cuda = for_cuda(why);
        assert_has(&cuda, &["(1) name", "--onnxruntime PATH", "(2) leave --device out"]);
        assert!(!cuda.contains("setup"), "{cuda}");
    }

    #[test]
    fn ways_to_a_page_fit_the_cause() {
        let of = |why| hint(&AssetError::Unfetched { why, folder: Some("cache/map\nassets".into()) }).unwrap();
        let offline = of(FetchError::Offline);
        let no_npm = of(FetchError::NoClient { client: "npm", tried: vec!["`npm`: not found".to_owned()] });
        for text in [&offline, &no_npm] {
            let parts = ["map.html", "`dateline setup`", "copy cache/map assets", "--map-assets", "other format"];
            assert_has(text, &parts);
        }
        assert!(offline.contains("--offline") && !offline.contains("Node.js"), "{offline}");
        assert_has(&no_npm, &["nothing else needs npm", "install Node.js"]);
    }

    #[test]
    fn what_is_named_can_be_left_out() {
        use dateline::inner::external::NotARuntime;
        for (by, word) in [(Origin::Option, "--onnxruntime"), (Origin::Environment, "ORT_DYLIB_PATH")] {
            let error = ExternalError::Named { by, path: "a".into(), why: NotARuntime::NoEntryPoint };
            assert_has(&hint(&error).unwrap(), &["give the path", &format!("leave {word} out")]);
        }
    }

    #[test]
    fn other_errors_have_none() {
        assert_eq!(hint(&OnnxError::NotStarted), None);
        assert_eq!(hint(&std::io::Error::other("full")), None);
    }
}
