//! The format `cargo` as editors get it: a real rust-analyzer runs the tool and publishes what it makes of it.
//!
//! It is the one that the environment variable `RUST_ANALYZER` names, or the one in the path. Where there is none, the test
//! says so and passes; `editor.rs` tests the format without it.

use crate::editor::hostile;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place that is underlined, in lines from 0 and UTF-16 code units: rule, file, line, start, end.
type Place = (String, String, u64, u64, u64);

struct Client {
    server: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    settings: Value,
    /// What is shown of each file, by its address.
    shown: BTreeMap<String, Vec<Value>>,
    begun: Instant,
}

impl Client {
    /// A server for a folder that runs the tool instead of `cargo check`.
    fn start(folder: &Path) -> Option<Client> {
        let program = std::env::var("RUST_ANALYZER").unwrap_or_else(|_| "rust-analyzer".to_owned());
        // What rustup puts into the path may be a stand-in for something that is not installed.
        let version = Command::new(&program).arg("--version").stderr(Stdio::null()).output().ok()?;
        if !version.status.success() {
            return None;
        }
        let mut command = Command::new(&program);
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = command.spawn().ok()?;
        let (sender, output) = channel();
        let mut stdout = BufReader::new(server.stdout.take()?);
        thread::spawn(move || while read(&mut stdout).is_some_and(|message| sender.send(message).is_ok()) {});
        let settings = json!({
            "check": { "overrideCommand": [env!("CARGO_BIN_EXE_cargo-modcheck"), "--format", "cargo"] },
            // Nothing but what the tool says.
            "diagnostics": { "enable": false },
            "cargo": { "sysroot": null, "buildScripts": { "enable": false } },
            "procMacro": { "enable": false },
            "cachePriming": { "enable": false },
        });
        let input = server.stdin.take()?;
        Some(Client { server, input, output, settings, shown: BTreeMap::new(), begun: Instant::now() })
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// Reads until something has come, answering what the server asks meanwhile.
    fn wait(&mut self, what: &str, mut is_there: impl FnMut(&Client, &Value) -> bool) {
        loop {
            let left = PATIENCE.saturating_sub(self.begun.elapsed());
            let message = self.output.recv_timeout(left).unwrap_or_else(|error| panic!("{what}: {error}"));
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().unwrap().to_owned();
                self.shown.insert(uri, message["params"]["diagnostics"].as_array().unwrap().clone());
            } else if message.get("id").is_some() && message.get("method").is_some() {
                let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                let result = match message["method"].as_str() {
                    Some("workspace/configuration") => vec![self.settings.clone(); items].into(),
                    _ => Value::Null,
                };
                self.send(json!({ "id": message["id"], "result": result }));
            }
            if is_there(self, &message) {
                return;
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A message with its header.
fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// `file:///a%20b` for a path.
fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.to_str().unwrap().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(byte.into())
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// What `check --format json` says is to be underlined in the files that rust-analyzer shows by itself.
fn expected(folder: &Path) -> BTreeSet<Place> {
    let run = crate::cli::run_in(folder, &["--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut places = BTreeSet::new();
    for finding in document["findings"].as_array().unwrap() {
        for site in finding["sites"].as_array().unwrap() {
            let file = site["file"].as_str().unwrap().to_owned();
            let number = |key: &str| site[key].as_u64().unwrap();
            let text = std::fs::read_to_string(folder.join(&file)).unwrap();
            let line = text.trim_start_matches('\u{feff}').lines().nth(number("line") as usize - 1).unwrap();
            let units = |characters: u64| -> u64 {
                line.chars().take(characters as usize).map(|c| c.len_utf16() as u64).sum()
            };
            let (start, end) = (units(number("column") - 1), units(number("column") - 1 + number("width")));
            if file.ends_with(".rs") || file.ends_with("Cargo.toml") {
                places.insert((
                    finding["rule"].as_str().unwrap().into(),
                    file,
                    number("line") - 1,
                    start,
                    end,
                ));
            }
        }
    }
    places
}

fn shown(client: &Client, folder: &Path) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for (uri, diagnostics) in &client.shown {
        let file = file(uri, folder);
        // Hints only lead from other places to the finding.
        for shown in diagnostics.iter().filter(|shown| shown["severity"] != 4) {
            let range = &shown["range"];
            let number = |end: &str, key: &str| range[end][key].as_u64().unwrap();
            assert_eq!(
                (&shown["source"], &range["end"]["line"]),
                (&json!("modcheck"), &range["start"]["line"])
            );
            let (start, end) = (number("start", "character"), number("end", "character"));
            let file = file.clone();
            places.insert((
                shown["code"].as_str().unwrap().into(),
                file,
                number("start", "line"),
                start,
                end,
            ));
        }
    }
    places
}

/// The file below a folder that an address means.
fn file(uri: &str, folder: &Path) -> String {
    let mut path = Vec::new();
    let mut bytes = uri.strip_prefix("file://").unwrap().bytes();
    while let Some(byte) = bytes.next() {
        let digits = [bytes.clone().next(), bytes.clone().nth(1)].map(Option::unwrap_or_default);
        match u8::from_str_radix(std::str::from_utf8(&digits).unwrap_or_default(), 16) {
            Ok(code) if byte == b'%' => {
                path.push(code);
                bytes.nth(1);
            }
            _ => path.push(byte),
        }
    }
    let path = String::from_utf8(path).unwrap();
    Path::new(&path).strip_prefix(folder).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn rust_analyzer_underlines_every_place() {
    let workspace = hostile();
    let folder = workspace.dir.path().canonicalize().unwrap();
    let Some(mut client) = Client::start(&folder) else {
        // Not through the macros, so that it shows although the test passes.
        std::io::stderr().write_all(b"skipped: there is no rust-analyzer here\n").unwrap();
        return;
    };
    client.send(json!({ "id": 1, "method": "initialize", "params": {
        "processId": std::process::id(), "rootUri": uri(&folder), "initializationOptions": client.settings,
        "workspaceFolders": [{ "uri": uri(&folder), "name": "hostile" }],
        "capabilities": {
            "workspace": { "configuration": true },
            "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
        },
    } }));
    client.wait("initialize", |_, message| message["id"] == 1 && message.get("result").is_some());
    client.send(json!({ "method": "initialized", "params": {} }));
    // It checks when it has loaded the workspace.
    let expected = expected(&folder);
    assert!(expected.len() > 8, "{expected:#?}");
    client.wait("what it shows", |client, _| shown(client, &folder).len() >= expected.len());
    assert_eq!(shown(&client, &folder), expected);
    let hint = client.shown.values().flatten().find(|shown| shown["code"] == "private-access").unwrap();
    assert!(hint["message"].as_str().unwrap().contains("which is not in the public interface of `payments`"));
    assert!(hint["data"]["rendered"].as_str().unwrap().starts_with("error[modcheck::private-access]"));
}
