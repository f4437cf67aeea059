//! Pages of other origins: every route of the API may be asked, refusals can be read, and nothing else is opened.

use actix_web::http::Method;
use tracewright::router;
use tracewright::web::cors;

use crate::harness::api::Program;
use crate::harness::on_both;

on_both! {
    async fn every_route_of_the_api_is_open_to_pages_of_other_origins(t: TestApp) {
        let (program, nobody) = (Program::first(&t).await, Program::nobody());
        let paths: Vec<String> = router::table()
            .specs()
            .iter()
            .filter(|spec| cors::is_open(spec.path))
            .map(|spec| spec.path.replace("{id}", "none"))
            .collect();
        assert!(paths.len() >= 25, "{paths:?}");
        let asks = [("origin", "https://app.example.com"), ("access-control-request-method", "PUT")];
        for path in &paths {
            let got = nobody.send(&t, Method::OPTIONS, path, &asks, Vec::new()).await;
            assert_eq!((got.status, got.header("access-control-allow-origin")), (204, "*"), "{path}");
            let allowed = got.header("access-control-allow-headers").to_lowercase();
            for name in ["authorization", "content-type", "x-amz-checksum-sha256", "x-ms-blob-type", "if-none-match"] {
                assert!(allowed.contains(name), "{path}: {name}");
            }
            assert!(got.header("access-control-allow-methods").contains("PATCH"), "{path}");
            // No answer may depend on cookies of the asking page's visitor.
            assert_eq!(got.header("access-control-allow-credentials"), "", "{path}");
        }
        for (who, path, status) in [
            (&nobody, "/api/public/traces", 401),
            (&program, "/api/public/traces", 200),
            (&program, "/api/public/traces/none", 404),
            (&program, "/api/public/no-such-route", 404),
            (&nobody, "/api/public/media/none/content", 403),
        ] {
            let got = who.send(&t, Method::GET, path, &asks[..1], Vec::new()).await;
            assert_eq!((got.status, got.header("access-control-allow-origin")), (status, "*"), "{path}");
            assert!(got.header("access-control-expose-headers").contains("ETag"), "{path}");
        }
        for path in ["/sign-in", "/media/none", "/jobs"] {
            let got = nobody.send(&t, Method::GET, path, &asks[..1], Vec::new()).await;
            assert_eq!(got.header("access-control-allow-origin"), "", "{path}");
            let asked = nobody.send(&t, Method::OPTIONS, path, &asks, Vec::new()).await;
            assert_eq!(asked.header("access-control-allow-origin"), "", "{path}");
        }
    }
}
