//! Files that are not what they say, that are too much, or that come from whoever has no business here. Nothing of what is
//! refused stays.

use actix_web::http::{Method, StatusCode};
use tracewright::foundation::Digest;
use tracewright::people::AccountId;
use tracewright::people::Credentials;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, Scopes};

use super::*;
use crate::guards::stage::{agent, give, go, hire};
use crate::harness::http::site;
use crate::harness::on_both;

fn blobs(t: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&t.app.config.data.join("blobs/order-files"))
}

/// A PNG that claims 60,000 × 60,000 points.
fn bomb() -> Vec<u8> {
    let mut bytes = png();
    bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    bytes
}

on_both! {
    async fn empty_too_large_and_too_many_files_are_refused_and_nothing_of_them_stays(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let most = usize::try_from(t.app.config.files.max_bytes).unwrap();
        let huge = vec![b'a'; most + 1];
        let many: Vec<Vec<u8>> = (0_u8..21).map(|n| vec![b'a', n]).collect();
        let many: Vec<Field<'_>> = many.iter().map(|bytes| ("file", Some("x.txt"), bytes.as_slice())).collect();
        for (fields, words) in [
            (vec![("file", Some("nothing.png"), &b""[..])], "nothing.png” is empty"),
            (vec![("file", Some("huge.txt"), huge.as_slice())], "huge.txt” is too large"),
            (vec![("file", Some("good.txt"), &b"good"[..]), ("file", Some("huge.txt"), huge.as_slice())], "huge.txt” is too large"),
            (many, "At most 20 files"),
            (vec![("description", None, &b"words only"[..])], "Choose a file"),
            (vec![("target", None, &b"item:none"[..]), ("file", Some("a.txt"), &b"a"[..])], "no such step"),
            (vec![("target", None, &b"nonsense"[..]), ("file", Some("a.txt"), &b"a"[..])], "Expected item:ID"),
        ] {
            let answer = send(&s, &dana, &work.number, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", answer.body);
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
            assert_eq!(blobs(&t), 0, "{words}");
        }
        let kept = send(&s, &dana, &work.number, &[("description", None, b"I typed this"), ("file", Some("e.txt"), b"")]).await;
        assert!(kept.body.contains("I typed this"), "{}", kept.body);
        assert!(order(&t, &work).await.gathered.files.is_empty());
    }

    async fn a_file_as_large_as_may_be_is_streamed_in_and_kept_whole(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let most = usize::try_from(t.app.config.files.max_bytes).unwrap();
        let bytes: Vec<u8> = (0..most).map(|n| u8::try_from(n % 251).unwrap()).collect();
        saw(&send(&s, &dana, &work.number, &[("file", Some("film.bin"), &bytes)]).await);
        let file = order(&t, &work).await.gathered.files[0].clone();
        assert_eq!((file.size, file.digest), (most as u64, Digest::of(&bytes)));
    }

    async fn a_bomb_and_a_broken_picture_are_kept_without_a_small_one(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let both = [&png()[..], b"<script>alert(1)</script>PK\x03\x04"].concat();
        saw(&send(&s, &dana, &work.number, &[
            ("file", Some("bomb.png"), &bomb()),
            ("file", Some("torso.jpg"), b"\xff\xd8\xff\xe0 and no more"),
            ("file", Some("two things.png"), &both),
        ]).await);
        let files = order(&t, &work).await.gathered.files;
        assert_eq!(files.iter().map(|it| it.media_type.as_str()).collect::<Vec<_>>(), ["image/png", "image/jpeg", "image/png"]);
        assert!(files[0].picture.is_none() && files[1].picture.is_none());
        for file in &files[..2] {
            let small = dana.get(&s, &format!("/work-orders/{}/files/{}/small", work.number, file.id)).await;
            assert_eq!(small.status, StatusCode::NOT_FOUND);
        }
        // What is two things at once is what it begins as, in a sandbox.
        let shown = dana.get(&s, &format!("/work-orders/{}/files/{}", work.number, files[2].id)).await;
        assert_eq!(header(&shown, "content-type"), "image/png");
        assert!(header(&shown, "content-security-policy").contains("sandbox"));
    }

    async fn names_lose_their_paths_and_what_cannot_be_seen(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let long = format!("{}.png", "é".repeat(2_000));
        for (n, name) in ["../../../etc/passwd", "C:\\x\\y.png", "a\u{202e}gnp.exe", "<img src=x>.png", &long, "..", "päng 漢.png"].iter().enumerate() {
            saw(&send(&s, &dana, &work.number, &[("file", Some(name), format!("{n}").as_bytes())]).await);
        }
        let files = order(&t, &work).await.gathered.files;
        for file in &files {
            assert!(!file.name.contains(['/', '\\', '\u{202e}', '<', '\n']) && file.name.len() <= 120, "{}", file.name);
            let shown = dana.get(&s, &format!("/work-orders/{}/files/{}", work.number, file.id)).await;
            assert_eq!(shown.status, StatusCode::OK, "{}", file.name);
            assert!(header(&shown, "content-disposition").starts_with("attachment; filename=\""));
        }
        assert_eq!(files[0].name, "passwd");
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(!page.contains("<img src=x>"), "{page}");
    }

    async fn forms_that_are_no_forms_are_refused_by_name(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let path = format!("/work-orders/{}/files", work.number);
        let (kind, whole) = form(&[("file", Some("a.txt"), b"hello")]);
        for (kind, body) in [
            ("multipart/form-data".to_owned(), whole.clone()),
            ("multipart/form-data; boundary=other".to_owned(), whole.clone()),
            ("application/x-www-form-urlencoded".to_owned(), b"file=x".to_vec()),
            ("application/json".to_owned(), b"{}".to_vec()),
            (kind.clone(), whole[..whole.len() / 2].to_vec()),
            (kind, Vec::new()),
        ] {
            let answer = dana.send_body(&s, Method::POST, &path, &kind, body).await;
            assert!(answer.status.is_client_error(), "{kind}: {} {}", answer.status, answer.body);
        }
        let nul = send(&s, &dana, &work.number, &[("description", None, b"a\0b"), ("file", Some("a.txt"), b"a")]).await;
        assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(blobs(&t), 0);
        assert!(order(&t, &work).await.gathered.files.is_empty());
    }

    async fn somebody_elses_order_and_an_agents_key_get_no_further_than_they_may(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        hire(&t, &work.owner, "tom", &[Role::Technician]).await;
        let tom = browser(&t, "tom@example.com").await;
        assert_eq!(send(&s, &tom, &work.number, &[("file", Some("a.png"), &png())]).await.status, StatusCode::NOT_FOUND);
        let relay = agent(&t, &work.owner, "relay").await;
        let new = NewApiKey {
            label: KeyLabel::parse("label", "relay").unwrap(),
            scopes: Scopes::all(),
            account: Some(AccountId(relay.actor.id.clone())),
            expires_at: None,
            pair: None,
        };
        let key = t.people.create_api_key(&work.owner, new).await.unwrap();
        let pair = Credentials::Pair { public: key.public.as_str().to_owned(), secret: key.secret.expose().to_owned() };
        assert!(t.people.check_key(&pair).await.unwrap().is_some());
        let program = Client::with_key(key.public.as_str(), key.secret.expose());
        let hidden = send(&s, &program, &work.number, &[("file", Some("a.png"), &png())]).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.body);
        assert_eq!(blobs(&t), 0);
        give(&t, &work.owner, &work.id, Some(&relay)).await;
        saw(&send(&s, &program, &work.number, &[("file", Some("a.png"), &png())]).await);
        for (path, body) in [("time", "minutes=5&day=2026-11-21"), ("timer/start", ""), ("parts/use", "name=seal&quantity=1")] {
            let answer = program.post(&s, &format!("/work-orders/{}/{path}", work.number), body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.body);
        }
        // What has ended takes nothing more.
        let (id, number) = second(&t, &work).await;
        go(&t, &work.owner, &id, Status::OnHold).await.unwrap_err();
        let project = work.owner.project;
        let known = t.app.db.read(move |conn| reads::find(conn, project, &number)).await.unwrap();
        assert!(known.is_some());
    }
}
