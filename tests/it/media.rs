//! Media on both databases: announced, sent by a signed address, shown, erased; and what is refused.

use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tracewright::foundation::{Actor, Asker, Digest};
use tracewright::jobs;
use tracewright::media::{actions, blobs, model, reads, store};
use tracewright::traces::Hooks;
use tracewright::traces::actions::erase::erase_traces;

use crate::harness::api::{Got, Program};
use crate::harness::http::{Client, site};
use crate::harness::{MINUTE, TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot really a picture";

fn announcement(bytes: &[u8], content_type: &str) -> Value {
    json!({
        "traceId": "t-1",
        "observationId": "o-1",
        "contentType": content_type,
        "contentLength": bytes.len(),
        "sha256Hash": STANDARD.encode(Digest::of(bytes).0),
        "field": "input",
    })
}

async fn announce(t: &TestApp, program: &Program, body: Value) -> Got {
    program.json(t, Method::POST, "/api/public/media", body).await
}

/// Announces and gives id and path of the upload.
async fn upload_path(t: &TestApp, program: &Program, body: Value) -> (String, Option<String>) {
    let got = announce(t, program, body).await;
    assert_eq!(got.status, 201, "{got:?}");
    let answer = got.json();
    let url = answer["uploadUrl"].as_str().map(path_of);
    (answer["mediaId"].as_str().unwrap().to_owned(), url)
}

fn path_of(url: &str) -> String {
    url.strip_prefix("http://trace.example.com").unwrap().to_owned()
}

/// A PUT as the SDK makes it, without a key.
async fn put(t: &TestApp, path: &str, content_type: &str, bytes: &[u8]) -> Got {
    let checksum = STANDARD.encode(Digest::of(bytes).0);
    let headers = [
        ("content-type", content_type),
        ("x-amz-checksum-sha256", &checksum),
        ("x-ms-blob-type", "BlockBlob"),
    ];
    Program::nobody().send(t, Method::PUT, path, &headers, bytes.to_vec()).await
}

async fn shown(t: &TestApp, program: &Program, id: &str) -> Got {
    program.get(t, &format!("/api/public/media/{id}")).await
}

/// What is sent: its name, more headers, its bytes.
type Case = (&'static str, Vec<(&'static str, String)>, Vec<u8>);

/// Files below the blob folder's `media`.
fn stored_files(t: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&t.app.config.data.join("blobs/media"))
}

on_both! {
    async fn a_picture_is_announced_sent_reported_and_fetched(t: TestApp) {
        let program = Program::first(&t).await;
        let (id, path) = upload_path(&t, &program, announcement(PNG, "image/png")).await;
        let expected = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Digest::of(PNG).0);
        assert_eq!(id, &expected[..22]);
        assert_eq!(shown(&t, &program, &id).await.status, 404, "not before the bytes are here");
        let path = path.unwrap();
        assert_eq!(put(&t, &path, "image/png", PNG).await.status, 200);
        assert_eq!(put(&t, &path, "image/png", PNG).await.status, 200, "a retry");
        let report = json!({"uploadedAt": "2026-11-21T09:00:00.000Z", "uploadHttpStatus": 200, "uploadHttpError": null, "uploadTimeMs": 12});
        let got = program.json(&t, Method::PATCH, &format!("/api/public/media/{id}"), report).await;
        assert_eq!(got.status, 200);
        let view = shown(&t, &program, &id).await.json();
        assert_eq!((&view["contentType"], &view["contentLength"]), (&json!("image/png"), &json!(PNG.len())));
        assert!(view["uploadedAt"].is_string() && view["urlExpiry"].is_string(), "{view}");
        let got = Program::nobody().get(&t, &path_of(view["url"].as_str().unwrap())).await;
        assert_eq!((got.status, got.bytes.as_slice()), (200, PNG));
        assert!(got.header("content-security-policy").contains("sandbox"));
        assert!(got.header("content-disposition").starts_with("inline"));
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        // The same bytes again, for another trace: they are here already.
        let mut again = announcement(PNG, "image/png");
        again["traceId"] = json!("t-2");
        assert_eq!(upload_path(&t, &program, again).await, (id.clone(), None));
        let project = program.project;
        let links = t.app.db.read(move |conn| reads::of_trace(conn, project, "t-2")).await.unwrap();
        assert_eq!(links.len(), 1);
        assert_eq!((links[0].0.media_id.as_str(), links[0].1.client_ms), (id.as_str(), Some(12)));
    }

    async fn a_picture_that_never_came_is_named_in_its_place(t: TestApp) {
        let program = Program::first(&t).await;
        let (id, path) = upload_path(&t, &program, announcement(PNG, "image/png")).await;
        let unknown = "AAAAAAAAAAAAAAAAAAAAAA";
        let mark = |id: &str| format!("@@@langfuseMedia:type=image/png|id={id}|source=bytes@@@");
        let told = json!([
            {"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": mark(&id)}}]},
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "image_url", "image_url": {"url": mark(unknown)}}]},
        ]);
        let body = json!({"id": "o-1", "traceId": "t-1", "name": "look", "startTime": "2026-11-21T08:59:00Z", "input": told});
        let batch = json!({"batch": [{"id": "e-1", "type": "generation-create", "timestamp": "2026-11-21T08:59:00Z", "body": body}]});
        assert_eq!(program.json(&t, Method::POST, "/api/public/ingestion", batch).await.status, 207);
        owner(&t).await;
        let (browser, site) = (Client::browser(Some(&cookie(&t, "owner@example.com").await)), site(&t).await);
        let page = async || browser.get(&site, "/traces/t-1?observation=o-1").await.body;
        let picture = format!("src=\"/media/{id}\"");
        let before = page().await;
        assert!(before.contains("This picture is not here") && !before.contains(&picture), "{before}");
        assert!(before.contains(&format!("as image/png, {} bytes", PNG.len())) && before.contains("announced <time"), "{before}");
        assert!(before.contains("nobody announced or sent it here") && !before.contains(&format!("/media/{unknown}")), "{before}");

        let report = json!({"uploadedAt": "2026-11-21T09:00:00.000Z", "uploadHttpStatus": 503, "uploadHttpError": "<busy>"});
        program.json(&t, Method::PATCH, &format!("/api/public/media/{id}"), report).await;
        assert!(page().await.contains("The client saw HTTP 503: &#60;busy&#62;"), "what the client told");

        assert_eq!(put(&t, &path.unwrap(), "image/png", PNG).await.status, 200);
        let after = page().await;
        assert!(after.contains(&picture) && !after.contains("announced <time"), "{after}");
    }

    async fn parts_are_given_and_what_the_asker_has_is_not(t: TestApp) {
        let (program, nobody) = (Program::first(&t).await, Program::nobody());
        let id = upload(&t, &program, b"0123456789", &["t"]).await;
        let view = shown(&t, &program, &id).await.json();
        let path = path_of(view["url"].as_str().unwrap());
        let get = async |name: &str, value: &str| nobody.send(&t, Method::GET, &path, &[(name, value)], Vec::new()).await;
        let whole = nobody.get(&t, &path).await;
        assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
        let tag = whole.header("etag").to_owned();
        assert_eq!(tag, format!("\"{}\"", Digest::of(b"0123456789").to_hex()));
        for (range, bytes, place) in [
            ("bytes=0-3", &b"0123"[..], "bytes 0-3/10"),
            ("bytes=7-", b"789", "bytes 7-9/10"),
            ("bytes=-2", b"89", "bytes 8-9/10"),
            ("bytes=5-99", b"56789", "bytes 5-9/10"),
        ] {
            let got = get("range", range).await;
            assert_eq!((got.status, got.bytes.as_slice(), got.header("content-range")), (206, bytes, place), "{range}");
            assert_eq!((got.header("content-type"), got.header("etag")), ("text/plain", tag.as_str()), "{range}");
            assert!(got.header("content-security-policy").contains("sandbox"), "{range}");
        }
        let beyond = get("range", "bytes=10-").await;
        assert_eq!((beyond.status, beyond.header("content-range"), beyond.bytes.len()), (416, "bytes */10", 0));
        for range in ["bytes=0-1,3-4", "bytes=4-2", "lines=1"] {
            assert_eq!(get("range", range).await.status, 200, "{range}");
        }
        for tags in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let got = get("if-none-match", &tags).await;
            assert_eq!((got.status, got.bytes.len(), got.header("etag")), (304, 0, tag.as_str()), "{tags}");
        }
        assert_eq!(get("if-none-match", "\"x\"").await.status, 200);
        for (validator, status) in [(tag.as_str(), 206), ("\"x\"", 200)] {
            let headers = [("range", "bytes=0-0"), ("if-range", validator)];
            assert_eq!(nobody.send(&t, Method::GET, &path, &headers, Vec::new()).await.status, status, "{validator}");
        }
        let head = nobody.send(&t, Method::HEAD, &path, &[("range", "bytes=0-0")], Vec::new()).await;
        assert_eq!((head.status, head.header("etag")), (200, tag.as_str()));
    }

    async fn only_what_was_announced_is_stored(t: TestApp) {
        let program = Program::first(&t).await;
        let (id, path) = upload_path(&t, &program, announcement(PNG, "image/png")).await;
        let path = path.unwrap();
        let mut other = PNG.to_vec();
        other[9] ^= 1;
        let nobody = Program::nobody();
        let cases: Vec<Case> = vec![
            ("wrong bytes", vec![], other.clone()),
            ("too short", vec![], PNG[1..].to_vec()),
            ("too long", vec![], [PNG, b"x"].concat()),
            ("empty", vec![], Vec::new()),
            ("wrong type", vec![("content-type", "image/gif".to_owned())], PNG.to_vec()),
            ("wrong checksum", vec![("x-amz-checksum-sha256", STANDARD.encode(Digest::of(b"y").0))], PNG.to_vec()),
        ];
        for (what, headers, bytes) in cases {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let got = nobody.send(&t, Method::PUT, &path, &headers, bytes).await;
            assert_eq!(got.status, 400, "{what}: {got:?}");
            assert!(got.json()["message"].is_string(), "{what}");
        }
        assert_eq!(stored_files(&t), 0);
        assert_eq!(shown(&t, &program, &id).await.status, 404);
        // A large file goes in parts; one wrong byte near its end and nothing of it stays.
        let large: Vec<u8> = (0..11_u32 << 20).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let (large_id, large_path) = upload_path(&t, &program, announcement(&large, "video/mp4")).await;
        let large_path = large_path.unwrap();
        let mut wrong = large.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert_eq!(nobody.send(&t, Method::PUT, &large_path, &[], wrong).await.status, 400);
        assert_eq!(stored_files(&t), 0);
        assert_eq!(put(&t, &large_path, "video/mp4", &large).await.status, 200);
        let view = shown(&t, &program, &large_id).await.json();
        let got = nobody.get(&t, &path_of(view["url"].as_str().unwrap())).await;
        assert!(got.bytes == large, "{} bytes", got.bytes.len());
    }

    async fn an_address_is_good_for_one_thing_and_a_short_time(t: TestApp) {
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        let (id, path) = upload_path(&t, &program, announcement(PNG, "image/png")).await;
        let (_, gif) = upload_path(&t, &program, announcement(b"GIF89a", "image/gif")).await;
        let (path, gif) = (path.unwrap(), gif.unwrap());
        let query = path.split_once('?').unwrap().1;
        let token = query.split("token=").nth(1).unwrap();
        for bad in [
            path.replace(token, &"0".repeat(64)),
            path.replace(token, ""),
            path.replace("expires=", "expires=9"),
            path.replace(&format!("project={}", program.project.0), &format!("project={}", other.project.0)),
            format!("{}?{query}", gif.split_once('?').unwrap().0),
            path.split_once('?').unwrap().0.to_owned(),
            path.replace(&id, "../../../../etc/passwd"),
        ] {
            let got = put(&t, &bad, "image/png", PNG).await;
            assert!(matches!(got.status, 403 | 404), "{bad}: {got:?}");
        }
        assert!(matches!(Program::nobody().get(&t, &path).await.status, 403), "an upload's address fetches nothing");
        t.clock.advance(15 * MINUTE);
        assert_eq!(put(&t, &path, "image/png", PNG).await.status, 403);
        assert_eq!(stored_files(&t), 0);
        let (_, fresh) = upload_path(&t, &program, announcement(PNG, "image/png")).await;
        assert_eq!(put(&t, &fresh.unwrap(), "image/png", PNG).await.status, 200);
        // Another project sees nothing of it and has to send the bytes itself.
        assert_eq!(shown(&t, &other, &id).await.status, 404);
        assert!(upload_path(&t, &other, announcement(PNG, "image/png")).await.1.is_some());
        assert_eq!(Program::scores_only().get(&t, &format!("/api/public/media/{id}")).await.status, 403);
        assert_eq!(announce(&t, &Program::scores_only(), announcement(PNG, "image/png")).await.status, 403);
        assert_eq!(announce(&t, &Program::nobody(), announcement(PNG, "image/png")).await.status, 401);
    }

    async fn what_cannot_be_taken_is_refused_by_its_field(t: TestApp) {
        let program = Program::first(&t).await;
        for (field, value) in [
            ("traceId", json!(null)),
            ("contentType", json!("application/x-sh")),
            ("contentLength", json!(101 << 20)),
            ("sha256Hash", json!("abc")),
            ("field", json!("comment")),
            ("datasetId", json!("d")),
        ] {
            let mut body = announcement(PNG, "image/png");
            body[field] = value;
            let got = announce(&t, &program, body).await;
            assert_eq!(got.status, 400, "{field}");
            assert!(got.json()["message"].as_str().unwrap().contains(field), "{got:?}");
        }
        for body in ["", "[]", "{", "\u{0}", "null"] {
            let got = program.send(&t, Method::POST, "/api/public/media", &[], body.into()).await;
            assert_eq!(got.status, 400, "{body:?}");
        }
        let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)).into_bytes();
        assert_eq!(program.send(&t, Method::POST, "/api/public/media", &[], huge).await.status, 413);
        let nothing = "/api/public/media/47DEQpj8HBSa-_TImW-5JC";
        let report = json!({"uploadedAt": "2026-11-21T09:00:00Z", "uploadHttpStatus": 200});
        assert_eq!(program.json(&t, Method::PATCH, nothing, report).await.status, 404);
        let report = json!({"uploadedAt": "yesterday", "uploadHttpStatus": 42});
        assert_eq!(program.json(&t, Method::PATCH, nothing, report).await.status, 400);
    }

    async fn a_strangers_page_never_runs_as_ours(t: TestApp) {
        let program = Program::first(&t).await;
        for (content_type, inline) in
            [("text/html", false), ("image/svg+xml", false), ("application/pdf", true), ("audio/mpeg", true)]
        {
            let bytes = format!("<script>alert(1)</script>{content_type}").into_bytes();
            let (id, path) = upload_path(&t, &program, announcement(&bytes, content_type)).await;
            assert_eq!(put(&t, &path.unwrap(), content_type, &bytes).await.status, 200);
            let view = shown(&t, &program, &id).await.json();
            let got = Program::nobody().get(&t, &path_of(view["url"].as_str().unwrap())).await;
            assert_eq!(got.header("content-disposition").starts_with("inline"), inline, "{content_type}");
            assert!(got.header("content-security-policy").starts_with("default-src 'none'"));
            assert!(!got.header("content-security-policy").contains("script-src"));
        }
    }

    async fn whoever_is_signed_in_to_the_project_sees_it_on_the_page(t: TestApp) {
        owner(&t).await;
        let browser = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let (program, other) = (Program::first(&t).await, Program::second(&t).await);
        let (mine, theirs) = (upload(&t, &program, PNG, &["t"]).await, upload(&t, &other, b"theirs", &["t"]).await);
        let site = site(&t).await;
        let got = browser.get(&site, &format!("/media/{mine}")).await;
        assert_eq!((got.status.as_u16(), got.headers.get("content-type").unwrap().to_str().unwrap()), (200, "text/plain"));
        assert_eq!(browser.get(&site, &format!("/media/{theirs}")).await.status.as_u16(), 404);
        let (waiting, _) = upload_path(&t, &program, announcement(b"never sent", "image/png")).await;
        assert_eq!(browser.get(&site, &format!("/media/{waiting}")).await.status.as_u16(), 404);
        let stranger = Client::browser(None).get(&site, &format!("/media/{mine}")).await;
        assert!(stranger.location().starts_with("/sign-in"), "{}", stranger.status);
    }

    async fn bytes_that_changed_in_storage_are_not_given_out_whole(t: TestApp) {
        let program = Program::first(&t).await;
        let id = upload(&t, &program, b"as it was", &["t"]).await;
        let project = program.project;
        let named = id.clone();
        let row = t.app.db.read(move |conn| reads::find(conn, project, &named)).await.unwrap().unwrap();
        std::fs::write(t.app.config.data.join("blobs").join(&row.blob), b"as it is!").unwrap();
        let digest = row.digest().unwrap();
        let mut bytes = blobs::fetch(&t.app, &row.blob, 9, digest).await.unwrap();
        assert!(futures_util::StreamExt::next(&mut bytes).await.unwrap().is_err());
    }

    async fn erasing_a_trace_takes_its_media_and_deleted_scores_along(t: TestApp) {
        let program = Program::first(&t).await;
        let project = program.project;
        let id = upload(&t, &program, b"of a trace that never came", &["t-9"]).await;
        let score = json!({"id": "s", "traceId": "t-9", "name": "n", "value": 1, "timestamp": "2026-11-21T08:00:00Z"});
        program.json(&t, Method::POST, "/api/public/scores", score.clone()).await;
        let gone = program.send(&t, Method::DELETE, "/api/public/scores/s", &[], Vec::new()).await;
        assert_eq!(gone.status, 202);
        let erased = erase_traces(&t.app, &Hooks::none(), &Asker::operator(project), vec!["t-9".to_owned()], "asked for").await;
        assert_eq!((erased.unwrap(), shown(&t, &program, &id).await.status, stored_files(&t)), (1, 404, 0));
        // What comes late for the erased trace is answered and dropped.
        let mut late = announcement(b"of a trace that never came", "text/plain");
        late["traceId"] = json!("t-9");
        assert_eq!(upload_path(&t, &program, late).await, (id.clone(), None));
        assert_eq!(shown(&t, &program, &id).await.status, 404);
        program.json(&t, Method::POST, "/api/public/scores", score).await;
        assert_eq!(program.get(&t, "/api/public/scores/s").await.status, 404);
    }

    async fn what_storage_does_not_remove_now_is_removed_later(t: TestApp) {
        let program = Program::first(&t).await;
        upload(&t, &program, b"kept too long", &["t-1"]).await;
        let (media, aside) = (t.app.config.data.join("blobs/media"), t.app.config.data.join("aside"));
        std::fs::rename(&media, &aside).unwrap();
        std::fs::write(&media, "no folder").unwrap();
        let hooks = Hooks::none();
        let erased = erase_traces(&t.app, &hooks, &Asker::operator(program.project), vec!["t-1".to_owned()], "asked for").await;
        assert_eq!(erased.ok(), Some(1));
        std::fs::remove_file(&media).unwrap();
        std::fs::rename(&aside, &media).unwrap();
        assert_eq!(stored_files(&t), 1);
        t.clock.advance(2 * MINUTE);
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(stored_files(&t), 0);
    }

    async fn what_no_trace_speaks_of_any_more_goes(t: TestApp) {
        let program = Program::first(&t).await;
        let project = program.project;
        let shared = upload(&t, &program, b"shared", &["t-1", "t-2"]).await;
        let lonely = upload(&t, &program, b"lonely", &["t-1"]).await;
        assert_eq!(stored_files(&t), 2);
        let erase = |trace: &'static str| {
            let db = t.app.db.clone();
            async move {
                let erase = move |tx: &mut tracewright::db::Tx<'_>| store::erase_of_traces(tx, project, &[trace, "t-unknown"]);
                db.write(&Actor::system(), erase).await.unwrap()
            }
        };
        let places = erase("t-1").await;
        assert_eq!(places.len(), 1);
        actions::forget(&t.app, &Asker::system(project), &places).await.unwrap();
        // Twice is as good.
        actions::forget(&t.app, &Asker::system(project), &places).await.unwrap();
        assert_eq!((shown(&t, &program, &lonely).await.status, shown(&t, &program, &shared).await.status), (404, 200));
        assert_eq!(stored_files(&t), 1);
        actions::forget(&t.app, &Asker::system(project), &erase("t-2").await).await.unwrap();
        assert_eq!((shown(&t, &program, &shared).await.status, stored_files(&t)), (404, 0));
        assert!(model::is_media_id(&shared));
    }
}

async fn upload(t: &TestApp, program: &Program, bytes: &[u8], traces: &[&str]) -> String {
    let mut found = String::new();
    for trace in traces {
        let mut body = announcement(bytes, "text/plain");
        body["traceId"] = json!(trace);
        let (id, path) = upload_path(t, program, body).await;
        if let Some(path) = path {
            assert_eq!(put(t, &path, "text/plain", bytes).await.status, 200);
        }
        found = id;
    }
    found
}
