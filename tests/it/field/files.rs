//! Files and photos: kept with their digest, shown to whoever may see the order, evidence of their place, and checked before
//! the order is verified.

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tracewright::foundation::{Asker, Digest, Role};
use tracewright::work_orders::actions::check_files::check_files;
use tracewright::work_orders::actions::sweep_files::sweep_files;
use tracewright::work_orders::model::{FilePlace, FileState, Outcome, Status};

use super::*;
use crate::guards::stage::{complete, do_tick, go, hire, judge_all, place, refusal};
use crate::harness::http::site;
use crate::harness::{DAY, on_both};

fn stored(t: &TestApp) -> Vec<std::path::PathBuf> {
    fn below(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                below(&entry.path(), found);
            } else {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    below(&t.app.config.data.join("blobs/order-files"), &mut found);
    found.sort();
    found
}

on_both! {
    async fn a_photo_answers_the_item_that_asks_for_one_and_stays_while_it_does(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let item = place(&t, &work.dana, &work.id, "1.1").await;
        let block = order(&t, &work).await.document.into_iter().find(|it| it.id == item.id()).unwrap();
        let boss = browser(&t, "owner@example.com").await;
        let asks = serde_urlencoded::to_string([
            ("op", "set"), ("block", &block.id), ("was", &block.text), ("text", &block.text), ("kind", "item"), ("depth", "0"),
            ("asks", "photo"), ("reason", "the label must be seen"),
        ]);
        let planned = boss.send(&s, Method::POST, &format!("/work-orders/{}/plan", work.number), Some(&asks.unwrap())).await;
        assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.body);
        let dana = browser(&t, "dana@example.com").await;
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("Photo…"), "{page}");
        let target = item.to_string();
        // One picker, the camera's; the other is behind a line.
        let asked = dana.get(&s, &format!("/work-orders/{}/files/new?target={target}", work.number)).await.body;
        let (camera, other) = asked.split_once("Bring a file instead").unwrap_or_else(|| panic!("no fold: {asked}"));
        assert!(camera.contains("capture=\"environment\"") && other.contains("id=\"file\""), "{asked}");
        let text = send(&s, &dana, &work.number, &[("target", None, target.as_bytes()), ("file", Some("note.txt"), b"no photo")]).await;
        saw(&text);
        assert!(text.cookie("tw_flash").is_some_and(|said| said.starts_with("bad.")), "why the item stays open is said");
        assert!(!order(&t, &work).await.item(item.id()).unwrap().1.ticks.is_ticked(), "a text answers nothing");
        let sent = send(&s, &dana, &work.number, &[("target", None, target.as_bytes()), ("photo", Some("label.png"), &png())]).await;
        saw(&sent);
        // The answer is an event beside that of the file, and no file.
        let one = format!("good.{}", URL_SAFE_NO_PAD.encode("The file is kep"));
        assert!(sent.cookie("tw_flash").is_some_and(|said| said.starts_with(&one)), "one photo is one file");
        let answered = order(&t, &work).await;
        let ticks = &answered.item(item.id()).unwrap().1.ticks;
        assert_eq!(ticks.current().unwrap().answer.as_ref().unwrap().value, "Photo");
        let photo = answered.gathered.files.iter().find(|it| it.name == "label.png").unwrap().id.clone();
        let back = format!("file={photo}&reason=the+wrong+label");
        let kept = dana.send(&s, Method::POST, &format!("/work-orders/{}/files/withdraw", work.number), Some(&back)).await;
        assert!(kept.status.is_client_error() && kept.body.contains("Undo the answer first"), "{}", kept.body);
    }

    async fn photos_and_files_are_kept_with_their_digest_and_shown_on_their_row(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let item = place(&t, &work.dana, &work.id, "1.1").await;
        let asked = dana.get(&s, &format!("/work-orders/{}/files/new?target={item}", work.number)).await;
        assert!(asked.body.contains("capture=\"environment\"") && asked.body.contains("multipart/form-data"), "{}", asked.body);
        let target = item.to_string();
        let sent = send(&s, &dana, &work.number, &[
            ("target", None, target.as_bytes()),
            ("description", None, b"The left bolt"),
            ("photo", Some("../../bolt left.png"), &png()),
            ("file", Some("readings.csv"), b"a,b\n1,2\n"),
            ("file", Some(""), b""),
        ]).await;
        saw(&sent);
        assert!(sent.location().ends_with(&target.replace(':', "-")), "{}", sent.location());
        let files = order(&t, &work).await.gathered.files;
        assert_eq!(files.iter().map(|it| (it.name.as_str(), it.media_type.as_str())).collect::<Vec<_>>(),
            [("bolt left.png", "image/png"), ("readings.csv", "text/csv")]);
        assert!(files.iter().all(|it| it.place == FilePlace::from(item.clone()) && it.by.id == work.dana.actor.id));
        assert_eq!((files[0].digest, files[0].size), (Digest::of(&png()), png().len() as u64));
        let picture = files[0].picture.unwrap();
        assert_eq!((picture.width, picture.height, picture.has_place), (1, 1, false));
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("bolt left.png") && page.contains("The left bolt") && page.contains(&files[0].digest.to_hex()));
        assert!(page.contains(&format!("/files/{}/small", files[0].id)), "{page}");
        let shown = dana.get(&s, &format!("/work-orders/{}/files/{}", work.number, files[1].id)).await;
        assert_eq!((shown.status, shown.body.as_str()), (StatusCode::OK, "a,b\n1,2\n"));
        let small = dana.get(&s, &format!("/work-orders/{}/files/{}/small", work.number, files[0].id)).await;
        assert_eq!((small.status, header(&small, "content-type")), (StatusCode::OK, "image/jpeg"));
        // The same bytes at the same place are there once, and nothing more lies in storage.
        let before = stored(&t).len();
        saw(&send(&s, &dana, &work.number, &[("target", None, target.as_bytes()), ("file", Some("again.png"), &png())]).await);
        assert_eq!((order(&t, &work).await.gathered.files.len(), stored(&t).len()), (2, before));
    }

    async fn a_file_is_evidence_of_its_place_and_its_claim_shows_it(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let relay = stage::agent(&t, &work.owner, "relay").await;
        stage::give(&t, &work.owner, &work.id, Some(&relay)).await;
        stage::read_safety(&t, &relay, &work.id).await;
        let item = place(&t, &work.owner, &work.id, "1.1").await;
        let tick = |target| tracewright::work_orders::actions::tick::tick(&t.services.orders, &relay, &work.id, target);
        assert!(refusal(tick(item.clone()).await).contains("only what has evidence"));
        let owner = browser(&t, "owner@example.com").await;
        saw(&send(&s, &owner, &work.number, &[("target", None, item.to_string().as_bytes()), ("file", Some("proof.png"), &png())]).await);
        tick(item.clone()).await.unwrap();
        let claim = order(&t, &work).await.ticks(&item).unwrap().current().unwrap().id.clone();
        hire(&t, &work.owner, "mei", &[Role::Auditor]).await;
        let mei = browser(&t, "mei@example.com").await;
        let page = mei.get(&s, &format!("/claims/{claim}")).await.body;
        assert!(page.contains("proof.png") && page.contains(&Digest::of(&png()).to_hex()), "{page}");
        assert!(!page.contains("Nothing is linked to"), "{page}");
    }

    async fn whoever_brought_a_file_does_not_verify_the_order(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let noa = hire(&t, &work.owner, "noa", &[Role::Auditor]).await;
        saw(&send(&s, &browser(&t, "noa@example.com").await, &work.number, &[("file", Some("mine.png"), &png())]).await);
        finish(&t, &work).await;
        let mei = hire(&t, &work.owner, "mei", &[Role::Auditor]).await;
        judge_all(&t, &mei, &work.id).await;
        assert!(refusal(go(&t, &noa, &work.id, Status::Verified).await).contains("cannot"));
        go(&t, &mei, &work.id, Status::Verified).await.unwrap();
    }

    async fn r25_altered_or_missing_evidence_is_shown_and_bars_verified(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let item = place(&t, &work.dana, &work.id, "1.1").await.to_string();
        saw(&send(&s, &dana, &work.number, &[("target", None, item.as_bytes()), ("file", Some("a.txt"), b"as it was")]).await);
        let file = order(&t, &work).await.gathered.files[0].clone();
        finish(&t, &work).await;
        let mei = hire(&t, &work.owner, "mei", &[Role::Auditor]).await;
        judge_all(&t, &mei, &work.id).await;
        let path = stored(&t).into_iter().find(|path| path.ends_with(&file.id)).unwrap();
        for (act, state, words) in [
            (Some(&b"as it is!"[..]), FileState::Altered, "evidence altered"),
            (None, FileState::Missing, "evidence missing"),
        ] {
            match act {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let why = refusal(go(&t, &mei, &work.id, Status::Verified).await);
            assert!(why.contains("1 piece of evidence altered or missing"), "{why}");
            assert_eq!(order(&t, &work).await.gathered.files[0].state, state);
            let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
            assert!(page.contains(words), "{words}: {page}");
        }
        let gone = dana.get(&s, &format!("/work-orders/{}/files/{}", work.number, file.id)).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        // Put back as it was, it is whole again, and the record says all of it.
        std::fs::write(&path, b"as it was").unwrap();
        go(&t, &mei, &work.id, Status::Verified).await.unwrap();
        let page = dana.get(&s, &format!("/work-orders/{}?history=all", work.number)).await.body;
        assert!(!page.contains("stamp refuted\">evidence") && page.contains("it is whole again"), "{page}");
    }

    async fn r38_a_file_is_found_by_whoever_may_see_its_order_and_by_nobody_else(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        saw(&send(&s, &dana, &work.number, &[("file", Some("secret plan.png"), &png())]).await);
        let file = order(&t, &work).await.gathered.files[0].id.clone();
        let own = format!("/work-orders/{}/files/{file}", work.number);
        for (name, role, seen) in [
            ("vera", Role::Viewer, true),
            ("mei", Role::Auditor, true),
            ("rob", Role::Requester, false),
            ("tom", Role::Technician, false),
        ] {
            hire(&t, &work.owner, name, &[role]).await;
            let client = browser(&t, &format!("{name}@example.com")).await;
            for path in [own.clone(), format!("{own}/small")] {
                let answer = client.get(&s, &path).await;
                let expected = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
                assert_eq!(answer.status, expected, "{name} {path}");
                assert!(seen || !answer.body.contains("secret plan"));
            }
            let sent = send(&s, &client, &work.number, &[("file", Some("x.png"), &png())]).await;
            assert!(sent.status == StatusCode::SEE_OTHER || sent.status.as_u16() >= 400, "{name} {}", sent.status);
            assert_eq!(sent.status == StatusCode::SEE_OTHER, role == Role::Auditor, "{name} {}", sent.body);
        }
        assert!(Client::browser(None).get(&s, &own).await.location().starts_with("/sign-in"));
        // The id of a file says nothing under the number of another order.
        let (_, other) = second(&t, &work).await;
        assert_eq!(dana.get(&s, &format!("/work-orders/{other}/files/{file}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_file_is_taken_back_by_a_record_and_stays_in_it(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let item = place(&t, &work.dana, &work.id, "1.1").await;
        saw(&send(&s, &dana, &work.number, &[("target", None, item.to_string().as_bytes()), ("file", Some("wrong.png"), &png())]).await);
        let file = order(&t, &work).await.gathered.files[0].id.clone();
        let take_back = format!("/work-orders/{}/files/withdraw", work.number);
        let short = dana.post(&s, &take_back, &format!("file={file}&reason=no")).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        saw(&dana.post(&s, &take_back, &format!("file={file}&reason=shows+another+pump")).await);
        let order = order(&t, &work).await;
        assert_eq!(order.gathered.files[0].withdrawn.as_ref().unwrap().reason, "shows another pump");
        assert_eq!(order.gathered.files_at(&item.into()).count(), 0);
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("taken back by") && page.contains("shows another pump"));
        assert_eq!(dana.get(&s, &format!("/work-orders/{}/files/{file}", work.number)).await.status, StatusCode::OK);
    }

    async fn what_no_record_names_is_swept_away_and_nothing_else(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        saw(&send(&s, &dana, &work.number, &[("file", Some("a.png"), &png())]).await);
        let kept = stored(&t);
        let stray = kept[0].with_file_name("01900000-0000-7000-8000-000000000000");
        std::fs::write(&stray, b"half an upload").unwrap();
        let asker = Asker::system(work.owner.project);
        // Its age is told by the storage's own clock, so the test's clock goes far ahead.
        t.clock.advance(400 * DAY);
        assert_eq!(sweep_files(&t.app, &asker).await.unwrap(), 1);
        assert_eq!(stored(&t), kept);
        assert!(sweep_files(&t.app, &work.dana).await.is_err());
        assert!(check_files(&t.services.orders, &work.dana, &work.id).await.unwrap().is_empty());
    }

    async fn what_could_run_is_handed_out_as_bytes(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        saw(&send(&s, &dana, &work.number, &[
            ("file", Some("a.png"), b"<html><script>alert(1)</script>"),
            ("file", Some("b.jpg"), b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("file", Some("c.png"), &png()),
        ]).await);
        let files = order(&t, &work).await.gathered.files;
        assert_eq!(files.iter().map(|it| it.media_type.as_str()).collect::<Vec<_>>(), ["text/html", "image/svg+xml", "image/png"]);
        for file in &files {
            let shown = dana.get(&s, &format!("/work-orders/{}/files/{}", work.number, file.id)).await;
            let policy = header(&shown, "content-security-policy");
            let is_picture = file.media_type == "image/png";
            assert_eq!(header(&shown, "content-type"), if is_picture { "image/png" } else { "application/octet-stream" });
            assert!(header(&shown, "content-disposition").starts_with(if is_picture { "inline" } else { "attachment" }));
            assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
            assert_eq!(header(&shown, "x-content-type-options"), "nosniff");
        }
    }
}

/// Ticks everything and completes it as dana.
async fn finish(t: &TestApp, work: &Work) {
    for at in ["1.1", "2.1", "C1"] {
        do_tick(t, &work.dana, &work.id, at).await;
    }
    complete(t, &work.dana, &work.id, Outcome::Achieved).await.unwrap();
}
