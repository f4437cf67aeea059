//! Commands that pages and the README print are run as they are printed, in a folder with the downloaded bundle and
//! nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;

use crate::harness::{Folder, on_both};

use super::pages::{ask, get};
use super::*;

const NUMBER: &str = "WO-2026-014";

/// What a page offers to copy, commands only.
fn commands(page: &str) -> Vec<String> {
    let boxes = page.split("<div class=\"cmd\"><code>").skip(1);
    let found = boxes.filter_map(|rest| rest.split("</code>").next());
    found.map(|text| text.replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&")).collect()
}

/// Where our programs lie.
fn programs() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_tracewright")).parent().unwrap().to_owned()
}

/// What a shell says to it; the command must succeed.
fn shell(t: &TestApp, folder: &Path, command: &str) -> String {
    let path = std::env::join_paths(
        [programs()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let done = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .env("TRACEWRIGHT_DATA", &t.app.config.data)
        .env("TRACEWRIGHT_DATABASE_URL", t.database_setting())
        .output()
        .unwrap();
    let (said, complained) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "`{command}` ended with {}:\n{said}{complained}", done.status);
    said.into_owned()
}

/// Whether what a command begins with is here; says so loudly when it is not.
fn can_run(command: &str) -> bool {
    let program = command.split(' ').next().unwrap_or_default();
    let is_ours = program.starts_with("tracewright");
    let is_here = if is_ours {
        programs().join(program).exists()
    } else {
        Command::new(program).arg("-v").output().is_ok() && openssl_is_here()
    };
    if !is_here {
        println!("SKIPPED: {program} or what it needs is not here, `{command}` was NOT run");
    }
    is_here
}

fn openssl_is_here() -> bool {
    let version = Command::new("openssl").arg("version").output();
    version.is_ok_and(|out| !String::from_utf8_lossy(&out.stdout).starts_with("OpenSSL 1"))
}

/// Another process finds the keys that this one was given.
fn keep_keys(t: &TestApp) {
    let keys = tracewright::config::Keys::for_tests();
    let folder = t.app.config.data.join("keys");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("log.key"), hex::encode(keys.log_seed)).unwrap();
    fs::write(folder.join("server.key"), hex::encode(keys.server_key)).unwrap();
}

on_both! {
    async fn what_is_printed_beside_a_bundle_verifies_it(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let pages = [
            format!("/claims/{}", item.claim.claim_id),
            format!("/work-orders/{NUMBER}"),
        ];
        let readme = include_str!("../../../README.md");
        let fingerprint = t.app.log.verifier().fingerprint().unwrap().to_hex();
        let mut printed: Vec<String> = readme
            .lines()
            .filter(|line| line.contains("FINGERPRINT") && line.contains("-evidence.zip"))
            .map(|line| line.replace("FINGERPRINT", &fingerprint))
            .collect();
        assert!(printed.len() >= 3, "the README prints how a bundle is checked: {printed:?}");
        for page in &pages {
            let found = commands(&get(&t, &case.auditor, page).await);
            assert_eq!(found.len(), 2, "{page} prints both ways: {found:?}");
            assert!(found.iter().all(|command| command.contains(&fingerprint)), "{found:?}");
            printed.extend(found);
        }
        for command in printed.iter().filter(|command| can_run(command)) {
            let bundle = TestRequest::get().uri(&format!("/work-orders/{NUMBER}/bundle"));
            let (status, _, zip) = ask(&t, &case.auditor, bundle).await;
            assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&zip));
            let folder = Folder::new();
            fs::write(folder.path().join(format!("{NUMBER}-evidence.zip")), zip).unwrap();
            let said = shell(&t, folder.path(), command);
            assert!(said.contains("bundle verifies."), "`{command}` said {said}");
        }
    }

    async fn where_the_program_comes_from_is_said_wherever_it_is_printed(t: TestApp) {
        let case = case(&t).await;
        let made_by = tracewright::web::printed::VERIFIER_MADE_BY;
        let pages = [
            get(&t, &case.auditor, &format!("/work-orders/{NUMBER}")).await,
            include_str!("../../../README.md").to_owned(),
            include_str!("../../../crates/evidence-bundle/src/verify.md").to_owned(),
        ];
        for page in pages {
            assert!(page.contains("tracewright-verify") && page.contains(made_by), "{page}");
            assert!(page.contains("target/release/tracewright-verify"), "{page}");
        }
    }

    async fn what_is_printed_about_ledger_and_score_is_so(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        keep_keys(&t);
        let folder = Folder::new();
        let [verify] = commands(&get(&t, &case.owner, "/ledger").await).try_into().unwrap();
        assert!(shell(&t, folder.path(), &verify).contains("The ledger verifies."));
        let trust = get(&t, &case.auditor, &format!("/trust/work-orders/{NUMBER}")).await;
        let [score] = commands(&trust).try_into().unwrap();
        let said = shell(&t, folder.path(), &score);
        let project = case.owner.project;
        let report = move |conn: &mut tracewright::db::AnyConnection| {
            tracewright::trust::reads::report_of(conn, project, NUMBER, None)
        };
        let report = t.app.db.read(report).await.unwrap();
        assert_eq!(said.trim_end().as_bytes(), report.explanation.score.to_bytes().unwrap());
    }
}

#[test]
fn the_readme_and_the_guide_name_one_address_for_open_telemetry() {
    let guide = include_str!("../../../templates/home/guide/clients.html");
    let path =
        guide.split_once("OTEL_EXPORTER_OTLP_ENDPOINT={{ address }}").unwrap().1.lines().next().unwrap();
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&format!("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:8420{path} ")), "{path}");
}
