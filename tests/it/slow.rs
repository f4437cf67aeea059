//! Connections that keep the server waiting: they give way to others, and bodies that do not come are answered 408.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use tracewright::web::connections::Connections;
use tracewright::web::error;
use tracewright::web::slow::{Patience, refuse_slow};

/// For what never happens.
const LIMIT: Duration = Duration::from_mins(2);
const HALF: &str = "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nhalf";
const CHUNK: &str = "POST /refuse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";

/// Short enough to be waited for, or longer than any test.
fn patience(silence: Duration, grace: Duration) -> Patience {
    Patience { silence, grace, bytes_a_second: 1_000_000 }
}

async fn take(body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok().body(format!("took {}", body.len()))
}

async fn refuse() -> HttpResponse {
    HttpResponse::Unauthorized().finish()
}

/// A server on loopback with room for so many connections, and how it is ended.
fn serve(connections: &Connections, patience: Patience) -> (SocketAddr, ServerHandle) {
    let (arriving, listener) = (connections.clone(), TcpListener::bind("127.0.0.1:0").unwrap());
    let address = listener.local_addr().unwrap();
    let app = move || {
        App::new()
            .route("/take", web::post().to(take))
            .route("/refuse", web::post().to(refuse))
            .wrap(from_fn(move |request, next| refuse_slow(patience, request, next)))
            .wrap(from_fn(error::render))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .client_request_timeout(LIMIT)
        .on_connect(move |stream, data| arriving.take_in(stream, data))
        .listen(listener)
        .unwrap()
        .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

fn begin(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    // The server may have closed it by the time we write.
    let _ = stream.write_all(text.as_bytes());
    stream
}

fn end(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

fn is_unanswered(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let nothing = stream.peek(&mut [0]).is_err();
    stream.set_nonblocking(false).unwrap();
    nothing
}

fn whole(address: SocketAddr) -> String {
    end(begin(
        address,
        "POST /take HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nwhole",
    ))
}

/// Runs the clients beside the server.
async fn clients<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    web::block(f).await.unwrap()
}

#[actix_web::test]
async fn whoever_keeps_us_waiting_longest_makes_room_for_the_next() {
    let connections = Connections::at_most(8);
    let (address, server) = serve(&connections, patience(LIMIT, LIMIT));
    let answers = clients(move || {
        let held: Vec<TcpStream> =
            ["", HALF, "POST /ta", CHUNK].repeat(10).iter().map(|text| begin(address, text)).collect();
        let answers: Vec<String> = (0..4).map(|_| whole(address)).collect();
        // The first that came is gone; nobody had to end it.
        let first = end(held.into_iter().next().unwrap());
        (answers, first)
    })
    .await;
    assert!(
        answers.0.iter().all(|answer| answer.starts_with("HTTP/1.1 200") && answer.ends_with("took 5")),
        "{answers:?}"
    );
    assert_eq!(answers.1, "");
    server.stop(false).await;
}

#[actix_web::test]
async fn a_body_that_stays_away_or_trickles_is_answered_408() {
    let (silent, trickling) = (Duration::from_millis(50), Duration::from_millis(200));
    for (patience, drip) in [(patience(silent, LIMIT), false), (patience(LIMIT, trickling), true)] {
        let connections = Connections::at_most(8);
        let (address, server) = serve(&connections, patience);
        let (slow, quick) = clients(move || {
            let mut stream = begin(address, HALF);
            // Byte after byte, until the server has had enough of it.
            while drip && stream.write_all(b"x").is_ok() && is_unanswered(&stream) {
                std::thread::sleep(Duration::from_millis(10));
            }
            (end(stream), whole(address))
        })
        .await;
        assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("connection: close"), "{drip}: {slow}");
        assert!(quick.ends_with("took 5"), "{quick}");
        server.stop(false).await;
    }
}

#[actix_web::test]
async fn those_that_keep_us_waiting_are_let_go_even_after_an_answer() {
    let connections = Connections::at_most(64);
    let (address, server) = serve(&connections, patience(LIMIT, LIMIT));
    let all = connections.clone();
    let answers = clients(move || {
        let texts = ["", "POST /ta", HALF, CHUNK];
        let mut held: Vec<TcpStream> = texts.iter().map(|text| begin(address, text)).collect();
        // The refused one has its answer; the rest of its body never comes.
        let mut head = [0; 12];
        held.last_mut().unwrap().read_exact(&mut head).unwrap();
        let mut closed = 0;
        while closed < held.len() {
            closed += all.close_waiting(Duration::ZERO);
            std::thread::sleep(Duration::from_millis(5));
        }
        (head, held.into_iter().map(end).collect::<Vec<_>>())
    })
    .await;
    assert_eq!(&answers.0, b"HTTP/1.1 401");
    assert!(answers.1.iter().take(2).all(String::is_empty), "{answers:?}");
    server.stop(false).await;
}
