//! A provider of the test's own: says what it was told to say, and keeps every request.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What is said to one request.
pub enum Say {
    /// An answer with a length.
    Json(u16, Value),
    /// A stream that breaks off behind these pieces.
    Broken(Vec<String>),
    /// A stream of which each piece waits until the test asks for it; it ends with the sender.
    OnDemand(Receiver<String>),
    /// Nothing, for as long as anybody waits.
    Nothing,
    /// The connection is closed without a word.
    Hangs,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

pub struct Upstream {
    pub url: String,
    says: Arc<Mutex<VecDeque<Say>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Hears of every connection that the other side has left in the middle of an answer.
    pub left: Receiver<()>,
}

impl Upstream {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (says, seen) = (Arc::default(), Arc::default());
        let (gone, left) = channel();
        let (to_say, kept) = (Arc::clone(&says), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (says, seen, gone) = (Arc::clone(&to_say), Arc::clone(&kept), gone.clone());
                std::thread::spawn(move || serve(stream, &says, &seen, &gone));
            }
        });
        Self { url, says, seen, left }
    }

    /// What the next request is told.
    pub fn say(&self, say: Say) {
        self.says.lock().unwrap().push_back(say);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, says: &Mutex<VecDeque<Say>>, seen: &Mutex<Vec<Seen>>, gone: &Sender<()>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        seen.lock().unwrap().push(request);
        let say = says.lock().unwrap().pop_front();
        if !answer(&stream, say.unwrap_or(Say::Hangs), gone) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let (mut headers, mut length, mut is_chunked) = (Vec::new(), 0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        match name.as_str() {
            "content-length" => length = value.parse().unwrap(),
            "transfer-encoding" => is_chunked = value.contains("chunked"),
            _ => {}
        }
        headers.push((name, value));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    while is_chunked {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let mut chunk = vec![0; usize::from_str_radix(size.trim(), 16).unwrap() + 2];
        reader.read_exact(&mut chunk).ok()?;
        is_chunked = chunk.len() > 2;
        body.extend_from_slice(&chunk[..chunk.len() - 2]);
    }
    Some(Seen { line: line.trim_end().to_owned(), headers, body: String::from_utf8(body).unwrap() })
}

/// Whether the connection may be used again.
fn answer(mut stream: &TcpStream, say: Say, gone: &Sender<()>) -> bool {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: req-upstream\r\n\
                set-cookie: theirs=1\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut put = |text: &str| stream.write_all(text.as_bytes()).is_ok();
    let chunk = |piece: &str| format!("{:x}\r\n{piece}\r\n", piece.len());
    match say {
        Say::Json(status, body) => {
            let body = body.to_string();
            let head =
                format!("HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\nretry-after: 7\r\n");
            put(&format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
        }
        Say::Broken(pieces) => {
            put(head);
            for piece in &pieces {
                put(&chunk(piece));
            }
            false
        }
        Say::OnDemand(pieces) => {
            put(head);
            for piece in pieces {
                if !put(&chunk(&piece)) {
                    break;
                }
            }
            wait_until_left(stream, gone);
            false
        }
        Say::Nothing => {
            wait_until_left(stream, gone);
            false
        }
        Say::Hangs => false,
    }
}

fn wait_until_left(mut stream: &TcpStream, gone: &Sender<()>) {
    // What ends it is the end of the stream or an error, either of which says that nobody waits any more.
    let _ = stream.read(&mut [0; 1]);
    let _ = gone.send(());
}
