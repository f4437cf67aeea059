//! Captured client requests through the whole way in: once, twice and reversed end in the same rows.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp, ingest_scores};
use wire::otlp::Encoding;

use super::seen;
use crate::harness::{TestApp, on_both};

fn captures() -> Vec<PathBuf> {
    let shared = std::env::var_os("TRACEWRIGHT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(entries) = fs::read_dir(shared.join("fixtures/wire")) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join("expected.json").is_file());
    folders.sort();
    folders
}

fn heads(folder: &Path) -> Vec<PathBuf> {
    let mut heads: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    heads.retain(|path| path.to_string_lossy().ends_with(".http.json"));
    heads.sort();
    heads
}

async fn replay(t: &TestApp, project: ProjectKey, head: &Path) {
    let request: Value = serde_json::from_slice(&fs::read(head).unwrap()).unwrap();
    let path = request["path"].as_str().unwrap();
    if request["method"] != "POST" {
        return;
    }
    let header = |name: &str| {
        let headers = request["headers"].as_array().unwrap();
        let found = headers.iter().find(|h| h[0].as_str().unwrap().eq_ignore_ascii_case(name))?;
        found[1].as_str().map(str::to_owned)
    };
    let body = fs::read(head.to_string_lossy().replace(".http.json", ".body")).unwrap();
    let sent = RequestBody { body, content_encoding: header("content-encoding") };
    let (intake, rule) = (Intake::unheard(), Asker::system(project));
    if path.ends_with("/v1/traces") {
        let encoding = Encoding::of_content_type(&header("content-type").unwrap()).unwrap();
        let rejected = ingest_otlp(&t.app, &intake, &rule, sent, encoding).await.unwrap();
        assert_eq!(rejected.count, 0);
    } else if path == "/api/public/ingestion" {
        let answers = ingest_batch(&t.app, &intake, &rule, sent).await.unwrap();
        assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
    } else if path == "/api/public/scores" {
        ingest_scores(&t.app, &intake, &rule, sent).await.unwrap();
    }
}

on_both! {
    async fn once_twice_and_reversed_end_in_the_same_rows(t: TestApp) {
        let folders = captures();
        if folders.is_empty() {
            println!("skipped: no captures on this machine");
        }
        let (mut observations, mut misses) = (0, Vec::new());
        for (number, folder) in folders.iter().enumerate() {
            let heads = heads(folder);
            let twice: Vec<&PathBuf> = heads.iter().chain(&heads).collect();
            let ways = [heads.iter().collect(), twice, heads.iter().rev().collect::<Vec<_>>()];
            let mut first = None;
            for (way, heads) in ways.into_iter().enumerate() {
                let project = ProjectKey(i64::try_from(number * 3 + way).unwrap() + 1);
                for head in heads {
                    replay(&t, project, head).await;
                }
                let now = seen(&t, project).await;
                let first = first.get_or_insert_with(|| now.clone());
                if *first != now {
                    misses.push(format!("{} way {way}", folder.display()));
                }
                observations += now.observations.len();
                assert_eq!(
                    now.traces.iter().map(|trace| trace.observation_count).sum::<i64>(),
                    i64::try_from(now.observations.len()).unwrap()
                );
            }
        }
        println!("{} folders, {observations} observations", folders.len());
        assert!(misses.is_empty(), "{misses:#?}");
    }

    async fn all_clients_at_once_end_in_the_same_rows(t: TestApp) {
        let heads: Vec<PathBuf> = captures().iter().flat_map(|folder| heads(folder)).collect();
        for head in &heads {
            replay(&t, ProjectKey(1), head).await;
        }
        // Interleaved, so that requests of one client are on their way together too.
        let mixed = (0..7).flat_map(|n| heads.iter().skip(n).step_by(7));
        let sending = mixed.map(|head| replay(&t, ProjectKey(2), head));
        stream::iter(sending).buffer_unordered(12).collect::<Vec<()>>().await;
        let (one_by_one, at_once) = (seen(&t, ProjectKey(1)).await, seen(&t, ProjectKey(2)).await);
        println!("{} requests at once, {} observations", heads.len(), at_once.observations.len());
        assert_eq!(one_by_one.traces.len(), at_once.traces.len());
        assert!(one_by_one == at_once, "not the same rows");
    }
}
