//! Models of the Hugging Face Hub, from a server on this machine that answers as the hub does.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::{Env, Run, data, finish};

const TEXT: &str = "Angela Merkel met Reuters in Mosul.";

/// The commit that the branch `main` is at, and the one of `old`.
const MAIN: &str = "1111111111111111111111111111111111111111";
const OLD: &str = "2222222222222222222222222222222222222222";

/// What is wrong with the server.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Fault {
    #[default]
    None,
    /// It sends half of each file, and closes the connection.
    BreaksOff,
    /// It sends files that are half as long as they should be, and says that this is all.
    Short,
    /// It sends other files of the same size.
    Alters,
    /// It gives itself up for lost.
    Overloaded,
}

/// A hub.
struct Hub {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The files of each commit.
    commits: BTreeMap<&'static str, BTreeMap<String, Vec<u8>>>,
    /// The token without which nothing may be read.
    token: Option<&'static str>,
    fault: Fault,
    /// What was asked for.
    asked: Vec<String>,
}

/// The files of a model of the tests, with what a repository has beside them.
fn repository(variant: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = data(&format!("models/variants/{variant}"));
    let mut files = BTreeMap::new();
    for inner in ["", "onnx/"] {
        for entry in std::fs::read_dir(folder.join(inner)).into_iter().flatten().flatten() {
            if entry.path().is_file() {
                let name = format!("{inner}{}", entry.file_name().to_str().unwrap());
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    for other in ["README.md", "model.safetensors", "vocab.txt", "onnx/model_fp16.onnx", "../outside.onnx"] {
        files.entry(other.to_owned()).or_insert_with(|| b"what no one needs".to_vec());
    }
    files
}

impl Hub {
    fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let old = BTreeMap::from([("README.md".to_owned(), b"before it was exported".to_vec())]);
        let commits = BTreeMap::from([(MAIN, files), (OLD, old)]);
        let state = Arc::new(Mutex::new(State { commits, ..State::default() }));
        let served = Arc::clone(&state);
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                std::thread::spawn(move || answer(&served, address, stream));
            }
        });
        Self { address, state }
    }

    fn usual() -> Self {
        Self::new(repository("usual"))
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// What was asked for since this was last asked, without repetitions.
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        asked.dedup();
        asked
    }

    /// A command that asks this hub, and keeps what it gets in the folder `home`.
    fn command(&self, env: &Env) -> Command {
        let mut command = env.command();
        for name in ["HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_CACHE", "HF_HUB_OFFLINE"] {
            command.env_remove(name);
        }
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(name);
        }
        command.env("HF_HOME", env.path("home")).env("HF_ENDPOINT", format!("http://{}", self.address));
        command
    }

    /// Tags the text with a model.
    fn tag(&self, env: &Env, model: &str, args: &[&str]) -> Run {
        let args = [&["tag", "-", "--no-places", "--format", "jsonl", "--model", model], args].concat();
        finish(self.command(env).args(args), TEXT.as_bytes())
    }
}

/// Answers one request, and closes the connection.
fn answer(state: &Mutex<State>, address: SocketAddr, mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let headers: BTreeMap<String, String> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())))
        .collect();
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let mut state = state.lock().unwrap();
    let said = answer_to(&mut state, address, &path, &headers);
    drop(state);
    let _ = stream.write_all(&said);
}

fn answer_to(state: &mut State, address: SocketAddr, path: &str, headers: &BTreeMap<String, String>) -> Vec<u8> {
    let plain = |status: &str, headers: &str| {
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
    };
    state.asked.push(path.to_owned());
    if state.fault == Fault::Overloaded {
        return plain("503 Service Unavailable", "");
    }
    let token = headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
    // Where large files are kept, nobody asks for a token.
    if let Some(file) = path.strip_prefix("/large/") {
        let (commit, file) = file.split_once('/').unwrap();
        return file_of(state, commit, file, headers, "");
    }
    if state.token.is_some() && token != state.token {
        return plain("401 Unauthorized", "X-Error-Code: RepoNotFound\r\n");
    }
    if let Some(revision) = path.strip_prefix("/api/models/owner/name/revision/") {
        assert!(revision.ends_with("?blobs=true"), "{revision}");
        let commit = match revision.trim_end_matches("?blobs=true") {
            "main" | MAIN => MAIN,
            "old" | OLD | "refs%2Fpr%2F1" => OLD,
            _ => return plain("404 Not Found", "X-Error-Code: RevisionNotFound\r\n"),
        };
        let siblings: Vec<_> = state.commits[commit].iter().map(|(path, bytes)| sibling(path, bytes)).collect();
        let body = serde_json::json!({ "id": "owner/name", "sha": commit, "siblings": siblings }).to_string();
        let length = body.len();
        let head = format!("Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        return format!("HTTP/1.1 200 OK\r\n{head}{body}").into_bytes();
    }
    let Some((commit, file)) = path.strip_prefix("/owner/name/resolve/").and_then(|rest| rest.split_once('/')) else {
        return plain("404 Not Found", "X-Error-Code: RepoNotFound\r\n");
    };
    let bytes = &state.commits[commit][file];
    let (etag, size) = (sum_of(file, bytes), bytes.len());
    match is_large(file) {
        true => plain(
            "302 Found",
            &format!(
                "X-Repo-Commit: {commit}\r\nX-Linked-Etag: \"{etag}\"\r\nX-Linked-Size: {size}\r\n\
                 Location: http://{address}/large/{commit}/{file}\r\n"
            ),
        ),
        false => file_of(state, commit, file, headers, &format!("X-Repo-Commit: {commit}\r\nETag: \"{etag}\"\r\n")),
    }
}

fn file_of(state: &State, commit: &str, file: &str, headers: &BTreeMap<String, String>, more: &str) -> Vec<u8> {
    let whole = &state.commits[commit][file];
    let range = headers.get("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let (from, to) = range.unwrap_or(("0", ""));
    let from: usize = from.parse().unwrap();
    let to = to.parse().map_or(whole.len(), |to: usize| to + 1);
    let mut sent = whole[from..to].to_vec();
    let mut length = sent.len();
    // The first question is for the size alone.
    if to - from > 1 {
        match state.fault {
            Fault::BreaksOff => sent.truncate(length / 2),
            Fault::Short => {
                sent.truncate(length / 2);
                length /= 2;
            }
            Fault::Alters => sent[0] ^= 1,
            Fault::None | Fault::Overloaded => {}
        }
    }
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\n{more}Content-Range: bytes {from}-{}/{}\r\nContent-Length: {length}\r\nConnection: \
         close\r\n\r\n",
        to - 1,
        whole.len()
    );
    [head.as_bytes(), &sent].concat()
}

fn is_large(file: &str) -> bool {
    file.contains(".onnx") || file.ends_with(".safetensors")
}

/// The SHA-256 of a large file, and what stands for Git's own checksum of a small one.
fn sum_of(file: &str, bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if is_large(file) { sum } else { sum[..40].to_owned() }
}

fn sibling(path: &str, bytes: &[u8]) -> serde_json::Value {
    let (sum, size) = (sum_of(path, bytes), bytes.len());
    match is_large(path) {
        true => serde_json::json!({
            "rfilename": path,
            "size": size,
            "blobId": "9".repeat(40),
            "lfs": { "sha256": sum, "size": size, "pointerSize": 130 },
        }),
        false => serde_json::json!({ "rfilename": path, "size": size, "blobId": sum }),
    }
}

/// Asserts that the text was tagged.
fn assert_tagged(run: &Run) {
    assert_eq!(run.status, 0, "{}", run.stderr);
    for name in ["Angela Merkel", "Reuters", "Mosul"] {
        assert!(run.stdout.contains(&format!("\"text\":\"{name}\"")), "{}", run.stdout);
    }
}

/// Asserts that a run failed, and says so in its last line with these words.
fn assert_told(run: &Run, parts: &[&str]) {
    assert_eq!(run.status, 2, "{}", run.stderr);
    let last = run.stderr.lines().last().unwrap();
    for part in parts {
        assert!(last.contains(part), "{part:?} is not in {last:?}");
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

/// The files below a folder, but for locks.
fn files_below(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path().is_dir() {
                true => walk(&entry.path(), found),
                false => found.push(entry.path()),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    let relative = found.iter().map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
    let mut files: Vec<_> = relative.filter(|path| !path.ends_with(".lock")).collect();
    files.sort();
    files
}

const MODEL: &str = "home/hub/models--owner--name";

fn snapshot(commit: &str) -> String {
    format!("{MODEL}/snapshots/{commit}")
}

/// Asserts that nothing that a run could take for a model is there.
fn assert_nothing_kept(env: &Env) {
    let kept = files_below(&env.path(MODEL));
    let whole =
        |path: &String| path.starts_with("blobs/") || path.starts_with("snapshots/") && !path.ends_with(".onnx");
    assert!(kept.iter().all(whole), "{kept:?}");
    for path in kept.iter().filter(|path| path.starts_with("snapshots/")) {
        let name = path.rsplit('/').next().unwrap();
        let original = std::fs::read(data(&format!("models/variants/usual/{name}"))).unwrap();
        assert_eq!(std::fs::read(env.path(MODEL).join(path)).unwrap(), original, "{path}");
    }
}

#[test]
fn what_is_needed_is_fetched_once() {
    let (env, hub) = (Env::new(), Hub::usual());
    let run = hub.tag(&env, "hf:owner/name", &[]);
    assert_tagged(&run);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let size: usize = ["config.json", "tokenizer.json", "model.onnx"]
        .iter()
        .map(|name| std::fs::metadata(data(&format!("models/variants/usual/{name}"))).unwrap().len() as usize)
        .sum();
    assert!(size < 50_000);
    for part in ["fetching hf:owner/name at 1111111 (3 files, 0.0 MB, once)", "from http://127.0.0.1:", MODEL] {
        assert!(lines[0].contains(part), "{lines:?}");
    }
    assert!(lines[1].contains("fetched ") && lines[1].contains(MAIN), "{lines:?}");
    let resolved = |file: &str| format!("/owner/name/resolve/{MAIN}/{file}");
    let listing = "/api/models/owner/name/revision/main?blobs=true".to_owned();
    let mut expected = vec![listing.clone(), resolved("tokenizer.json"), resolved("config.json")];
    expected.extend([resolved("model.onnx"), format!("/large/{MAIN}/model.onnx")]);
    assert_eq!(hub.asked(), expected);
    assert_eq!(files_below(&env.path(&snapshot(MAIN))), ["config.json", "model.onnx", "tokenizer.json"]);
    assert_eq!(std::fs::read_to_string(env.path(&format!("{MODEL}/refs/main"))).unwrap(), MAIN);
    assert_eq!(files_below(&env.path(&format!("{MODEL}/blobs"))).len(), if cfg!(unix) { 3 } else { 0 });

    let again = hub.tag(&env, "hf:owner/name", &[]);
    assert_tagged(&again);
    assert_eq!((again.stderr.as_str(), hub.asked()), ("", vec![listing]));
    let model_of = |run: &Run| run.jsonl()[0]["provenance"].clone();
    assert_eq!(model_of(&again), model_of(&run));
}

#[test]
fn offline_the_cache_is_enough_and_is_needed() {
    let (env, hub) = (Env::new(), Hub::usual());
    for args in [&["--offline"][..], &[]] {
        let mut command = hub.command(&env);
        if args.is_empty() {
            command.env("HF_HUB_OFFLINE", "1");
        }
        let run = finish(command.args(["tag", "-", "--model", "hf:owner/name"]).args(args), TEXT.as_bytes());
        assert_told(&run, &["hf:owner/name: ", "not all of the model is in the cache", "hub", "leave --offline"]);
    }
    assert!(hub.asked().is_empty() && files_below(&env.path("home")).is_empty());
    assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
    hub.asked();
    assert_tagged(&hub.tag(&env, "hf:owner/name", &["--offline"]));
    assert_tagged(&hub.tag(&env, &format!("hf:owner/name@{MAIN}"), &["--offline"]));
    assert_told(&hub.tag(&env, "hf:owner/name@old", &["--offline"]), &["hf:owner/name@old: "]);
    assert_told(
        &hub.tag(&env, "hf:owner/name/onnx/model_fp16.onnx", &["--offline"]),
        &["not all of the model is in the cache"],
    );
    assert!(hub.asked().is_empty());
}

#[test]
fn without_a_network_the_cache_is_taken() {
    let (env, hub) = (Env::new(), Hub::usual());
    hub.set(|state| state.fault = Fault::Overloaded);
    assert_told(&hub.tag(&env, "hf:owner/name", &[]), &["cannot be reached", "the status 503", "HF_ENDPOINT"]);
    hub.set(|state| state.fault = Fault::None);
    assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
    // Nothing listens there.
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{nowhere}/");
    let run = |model: &str| {
        let args = ["tag", "-", "--no-places", "--format", "jsonl", "--model", model];
        finish(hub.command(&env).env("HF_ENDPOINT", &endpoint).args(args), TEXT.as_bytes())
    };
    let run_of_known = run("hf:owner/name");
    assert_tagged(&run_of_known);
    assert!(run_of_known.stderr.contains("taking what was fetched before"), "{}", run_of_known.stderr);
    assert_told(&run("hf:owner/other"), &["hf:owner/other: http://127.0.0.1:", "cannot be reached"]);
}

#[test]
fn revision_and_token_are_sent() {
    let (env, hub) = (Env::new(), Hub::usual());
    hub.set(|state| state.token = Some("secret"));
    let told = ["no such model, or it is private", "HF_TOKEN"];
    assert_told(&hub.tag(&env, "hf:owner/name", &[]), &told);
    let with_token = |token: &str, model: &str| {
        let args = ["tag", "-", "--no-places", "--format", "jsonl", "--model", model];
        finish(hub.command(&env).env("HF_TOKEN", token).args(args), TEXT.as_bytes())
    };
    let run = with_token("wrong", "hf:owner/name");
    assert_told(&run, &[told[0], told[1], "the token that was sent may not"]);
    assert!(!run.stderr.contains("wrong"), "{}", run.stderr);
    hub.asked();
    let by_commit = format!("hf:owner/name@{MAIN}");
    assert_tagged(&with_token("secret", &by_commit));
    assert_eq!(hub.asked()[0], format!("/api/models/owner/name/revision/{MAIN}?blobs=true"));
    // As `hf auth login` writes it.
    env.file("home/token", "secret\n");
    assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
    hub.asked();
    hub.tag(&env, "hf:owner/name@refs/pr/1", &[]);
    assert_eq!(hub.asked(), ["/api/models/owner/name/revision/refs%2Fpr%2F1?blobs=true"]);
}

#[test]
fn what_the_hub_does_not_have_is_told() {
    let (env, hub) = (Env::new(), Hub::usual());
    assert_told(&hub.tag(&env, "hf:owner/nothing", &[]), &["hf:owner/nothing: ", "no such model", "HF_TOKEN"]);
    assert_told(&hub.tag(&env, "hf:owner/name@v9", &[]), &["no revision v9", "/owner/name/tree/main"]);
    let not_exported = ["no ONNX file", "optimum-cli export onnx --model owner/name"];
    assert_told(&hub.tag(&env, "hf:owner/name@old", &[]), &not_exported);
    assert_told(&hub.tag(&env, "hf:owner/name#onnx/model_q4.onnx", &[]), &["there is no onnx/model_q4.onnx in it"]);
    hub.set(|state| {
        let files = state.commits.get_mut(MAIN).unwrap();
        files.remove("tokenizer.json");
    });
    assert_told(&hub.tag(&env, "hf:owner/name", &[]), &["there is no tokenizer.json in it"]);
    for name in ["hf:name", "hf:owner/name#../model.onnx", "hf:owner/name@"] {
        assert_told(&hub.tag(&env, name, &[]), &[&format!("--model {name}: "), "expected hf:OWNER/NAME"]);
    }
    assert!(files_below(&env.path("home")).is_empty(), "{:?}", files_below(&env.path("home")));
}

#[test]
fn what_does_not_come_whole_is_not_kept() {
    for (fault, told) in [
        (Fault::BreaksOff, &["cannot be reached, or broke off"][..]),
        (Fault::Short, &["as fetched is not what the hub says it has", "bytes instead of", "try again"]),
        (Fault::Alters, &["model.onnx as fetched is not what the hub says it has", "SHA-256", "try again"]),
    ] {
        let (env, hub) = (Env::new(), Hub::usual());
        hub.set(|state| state.fault = fault);
        let run = hub.tag(&env, "hf:owner/name", &[]);
        assert_told(&run, told);
        match fault {
            // Nothing says what a small file should hold but its size.
            Fault::Alters => assert!(!env.path(&snapshot(MAIN)).join("model.onnx").exists()),
            _ => assert_nothing_kept(&env),
        }
        let left = files_below(&env.path("home"));
        assert!(!left.iter().any(|path| path.contains(".part")), "{fault:?}: {left:?}");
        let offline = hub.tag(&env, "hf:owner/name", &["--offline"]);
        assert_told(&offline, &["not all of the model is in the cache"]);
        if fault != Fault::Alters {
            // What a run that was killed has left goes with the next.
            env.file(&format!("{MODEL}/.partial-killed/models--owner--name/blobs/x.part"), "half a mod");
            hub.set(|state| state.fault = Fault::None);
            assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
            assert!(!env.path(MODEL).join(".partial-killed").exists());
        }
    }
}

#[test]
fn weights_beside_a_network_come_with_it() {
    let (env, hub) = (Env::new(), Hub::new(repository("external-data")));
    assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
    let files = files_below(&env.path(&snapshot(MAIN)));
    assert_eq!(files, ["config.json", "model.onnx", "model.onnx.data", "tokenizer.json"]);
    assert_tagged(&hub.tag(&env, "hf:owner/name", &["--offline"]));
}

#[test]
fn one_network_can_be_named() {
    let mut files = repository("quantized-name");
    let network = files["onnx/model_quantized.onnx"].clone();
    files.insert("onnx/model_uint8.onnx".to_owned(), network);
    let (env, hub) = (Env::new(), Hub::new(files));
    assert_tagged(&hub.tag(&env, "hf:owner/name/onnx/model_uint8.onnx", &[]));
    let files = files_below(&env.path(&snapshot(MAIN)));
    assert_eq!(files, ["config.json", "onnx/model_uint8.onnx", "tokenizer.json"]);
    assert!(!hub.asked().iter().any(|path| path.contains("quantized")));
    // The other has the same bytes, which are there: on systems with links, nothing is fetched.
    assert_tagged(&hub.tag(&env, "hf:owner/name", &[]));
    assert_eq!(hub.asked().len(), if cfg!(unix) { 1 } else { 5 });
}

#[test]
#[cfg(unix)]
fn a_cache_that_cannot_be_written_is_told() {
    let (env, hub) = (Env::new(), Hub::usual());
    env.file("home/hub", "a file where a folder should be");
    assert_told(&hub.tag(&env, "hf:owner/name", &[]), &["the cache of the Hugging Face Hub cannot be used", "HF_HOME"]);
}

/// As many fetch at once as like to: all tag, and one fetches.
#[test]
fn several_at_once_fetch_once() {
    let (env, hub) = (Env::new(), Hub::usual());
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| hub.tag(&env, "hf:owner/name", &[]))).collect();
        runs.into_iter().for_each(|run| assert_tagged(&run.join().unwrap()));
    });
    let asked = std::mem::take(&mut hub.state.lock().unwrap().asked);
    assert_eq!(
        asked
            .iter()
            .filter(|path| path.ends_with("resolve/1111111111111111111111111111111111111111/config.json"))
            .count(),
        1,
        "{asked:?}"
    );
}
