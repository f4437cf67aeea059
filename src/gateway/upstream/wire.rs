//! Bytes to and from an upstream, with TLS or without, on the async thread.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use tokio::net::{TcpStream, lookup_host};

use super::place::Place;

/// Bytes read at once.
const PIECE: usize = 16 * 1024;

/// A connection.
pub enum Wire {
    Plain(TcpStream),
    Tls(Box<Tls>),
}

/// A connection under TLS.
pub struct Tls {
    socket: TcpStream,
    session: ClientConnection,
}

/// The one set of rules: TLS 1.2 and above, by the roots that browsers know, HTTP/1.1.
static RULES: LazyLock<Result<Arc<ClientConfig>, String>> = LazyLock::new(|| {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| cause.to_string())?;
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut rules = builder.with_root_certificates(roots).with_no_client_auth();
    rules.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(rules))
});

impl Wire {
    /// Connects to the first address of the place that may be reached and answers.
    pub async fn open(place: &Place) -> io::Result<Self> {
        let reach = place.reach();
        let found = lookup_host((place.host.as_str(), place.port)).await?;
        let admitted: Vec<SocketAddr> = found.filter(|address| reach.admits(address.ip())).collect();
        let mut last = io::Error::other(
            "its address leads into this machine's own network, or to a link-local or metadata service; the operator \
             allows the former with the setting gateway.private-addresses",
        );
        for address in admitted {
            match TcpStream::connect(address).await {
                Ok(socket) => {
                    socket.set_nodelay(true)?;
                    return Self::over(socket, place).await;
                }
                Err(cause) => last = cause,
            }
        }
        Err(last)
    }

    async fn over(socket: TcpStream, place: &Place) -> io::Result<Self> {
        if !place.is_https {
            return Ok(Self::Plain(socket));
        }
        let rules = match &*RULES {
            Ok(rules) => Arc::clone(rules),
            Err(cause) => return Err(io::Error::other(cause.clone())),
        };
        let name = ServerName::try_from(place.host.clone()).map_err(io::Error::other)?;
        let session = ClientConnection::new(rules, name).map_err(io::Error::other)?;
        let mut tls = Box::new(Tls { socket, session });
        tls.shake_hands().await?;
        Ok(Self::Tls(tls))
    }

    /// Sends all of it.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    socket.writable().await?;
                    match socket.try_write(rest) {
                        Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                        Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                        Err(cause) => return Err(cause),
                    }
                }
                Ok(())
            }
            Self::Tls(tls) => tls.write_all(bytes).await,
        }
    }

    /// Appends what comes; 0 when nothing will. Whoever stops waiting loses no byte.
    pub async fn read_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => loop {
                socket.readable().await?;
                match append(buffer, |room| socket.try_read(room)) {
                    Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                    other => return other,
                }
            },
            Self::Tls(tls) => tls.read_into(buffer).await,
        }
    }

    /// Whether a connection that nobody uses is still open, and silent as it should be.
    pub fn is_fresh(&mut self) -> bool {
        let mut byte = [0_u8; 1];
        match self {
            Self::Plain(socket) => would_wait(&socket.try_read(&mut byte)),
            // The other side may have said that it closes with the last bytes that were read.
            Self::Tls(tls) => {
                would_wait(&tls.session.reader().read(&mut byte))
                    && would_wait(&tls.socket.try_read(&mut byte))
            }
        }
    }
}

fn would_wait(read: &io::Result<usize>) -> bool {
    read.as_ref().is_err_and(|cause| cause.kind() == ErrorKind::WouldBlock)
}

/// Reads into new room at the end of a buffer.
fn append(buffer: &mut Vec<u8>, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
    let before = buffer.len();
    buffer.resize(before + PIECE, 0);
    let result = read(buffer.get_mut(before..).unwrap_or_default());
    buffer.truncate(before + result.as_ref().map_or(0, |length| *length));
    result
}

impl Tls {
    async fn shake_hands(&mut self) -> io::Result<()> {
        while self.session.is_handshaking() {
            self.flush().await?;
            if self.session.is_handshaking() && self.receive().await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        self.flush().await
    }

    async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.session.writer().write(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
            self.flush().await?;
        }
        Ok(())
    }

    async fn read_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            match append(buffer, |room| self.session.reader().read(room)) {
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                other => return other,
            }
            self.flush().await?;
            self.receive().await?;
        }
    }

    /// Takes in what came under TLS; 0 when nothing will.
    async fn receive(&mut self) -> io::Result<usize> {
        loop {
            self.socket.readable().await?;
            match self.session.read_tls(&mut Socket(&self.socket)) {
                Ok(length) => {
                    self.session.process_new_packets().map_err(io::Error::other)?;
                    return Ok(length);
                }
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause),
            }
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut Socket(&self.socket)) {
                Ok(_) => {}
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => self.socket.writable().await?,
                Err(cause) => return Err(cause),
            }
        }
        Ok(())
    }
}

/// A socket as the TLS session wants it: what would have to wait says so.
struct Socket<'a>(&'a TcpStream);

impl Read for Socket<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(room)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
