//! Which network addresses a pull may reach: none that is link-local or a cloud's metadata service, and none of this
//! machine or a private network unless the operator allows those.
//!
//! What counts is the address that is connected to, asked anew at each connection: a name may stand for another one by
//! then, and a number may be written in many ways.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use ureq::Error as Fault;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::foundation::{Error, Result};

/// How far a client reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Addresses that everybody can reach.
    Public,
    /// Those of this machine and of private networks too.
    Private,
}

impl Reach {
    /// As the operator's setting says.
    pub fn allowed(private_addresses: bool) -> Self {
        if private_addresses { Self::Private } else { Self::Public }
    }

    /// Whether an address may be connected to.
    pub fn admits(self, address: IpAddr) -> bool {
        match kind(address) {
            Kind::Public => true,
            Kind::Private => self == Self::Private,
            Kind::Never => false,
        }
    }

    fn refusal(self) -> &'static str {
        match self {
            Self::Public => {
                "the address leads into this machine's own network; the operator allows that with the setting \
                 pull.private-addresses"
            }
            Self::Private => "the address leads to a link-local or metadata service; those are never asked",
        }
    }
}

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Public,
    /// This machine and private networks.
    Private,
    /// Link-local, metadata services, and what names no single machine.
    Never,
}

fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(v4) => kind_of_v4(v4),
        IpAddr::V6(v6) => kind_of_v6(v6),
    }
}

fn kind_of_v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        // "This network", link-local with most metadata services, those of Alibaba and Oracle, multicast and beyond.
        [0 | 224..=255, ..] | [169, 254, ..] | [100, 100, 100, 200] | [192, 0, 0, 192] => Kind::Never,
        [127 | 10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Kind::Private,
        // For protocols, documentation and measurements: nobody's servers.
        [192, 0, 0 | 2, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => Kind::Private,
        _ => Kind::Public,
    }
}

fn kind_of_v6(address: Ipv6Addr) -> Kind {
    if address == Ipv6Addr::LOCALHOST {
        return Kind::Private;
    }
    if let Some(inner) = inner_v4(address) {
        return kind_of_v4(inner);
    }
    match address.segments() {
        // The metadata service of one cloud stands in the private range.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Kind::Never,
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] | [0x2001, 0xdb8, ..] => Kind::Private,
        [0xfe80..=0xfebf | 0xff00..=0xffff, ..] | [0, 0, 0, 0, 0, 0, 0, 0] => Kind::Never,
        _ => Kind::Public,
    }
}

/// The address of the old kind inside one of the new: mapped, compatible, translated or tunnelled.
fn inner_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        _ => None,
    }
}

/// Refuses an address of which any meaning is out of reach. One that cannot be looked up now is looked up at each pull.
pub async fn check(authority: &str, is_https: bool, reach: Reach) -> Result<()> {
    let asked = with_port(authority, if is_https { 443 } else { 80 });
    let found = tokio::task::spawn_blocking(move || asked.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    let Ok(found) = found.await.map_err(Error::internal)? else { return Ok(()) };
    if found.iter().all(|address| reach.admits(address.ip())) {
        return Ok(());
    }
    Err(Error::invalid("url", reach.refusal()))
}

fn with_port(authority: &str, port: u16) -> String {
    let after_host = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest);
    if after_host.contains(':') { authority.to_owned() } else { format!("{authority}:{port}") }
}

/// Looks names up and keeps the addresses that may be reached.
#[derive(Debug)]
pub struct Guarded {
    pub reach: Reach,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Fault> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        let admitted = found.iter().filter(|address: &&SocketAddr| self.reach.admits(address.ip()));
        admitted.for_each(|address| kept.push(*address));
        if kept.is_empty() { Err(Fault::Other(self.reach.refusal().into())) } else { Ok(kept) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn admitted(text: &str) -> (bool, bool) {
        let address = text.parse().unwrap();
        (Reach::Public.admits(address), Reach::Private.admits(address))
    }

    #[test]
    fn link_local_never_private_if_allowed_and_the_rest_always() {
        for never in [
            "169.254.169.254",
            "169.254.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "100.100.100.200",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "fe80::a9fe:a9fe",
            "::",
            "ff02::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::ffff:0.0.0.0",
        ] {
            assert_eq!(admitted(never), (false, false), "{never}");
        }
        for private in [
            "127.0.0.1",
            "127.8.9.10",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "192.0.2.1",
        ] {
            assert_eq!(admitted(private), (false, true), "{private}");
        }
        for public in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "169.253.1.1", "2606:4700::1111", "::ffff:8.8.8.8"]
        {
            assert_eq!(admitted(public), (true, true), "{public}");
        }
    }

    #[test]
    fn a_number_in_any_writing_is_the_address_it_means() {
        for text in ["2130706433", "0x7f000001", "017700000001", "127.1", "0177.0.0.1", "[::ffff:127.0.0.1]"]
        {
            let found = with_port(text, 80).to_socket_addrs();
            let Ok(found) = found else { continue };
            assert!(found.into_iter().all(|address| !Reach::Public.admits(address.ip())), "{text}");
        }
        for (authority, expected) in
            [("a", "a:80"), ("a:1", "a:1"), ("[::1]", "[::1]:80"), ("[::1]:9", "[::1]:9")]
        {
            assert_eq!(with_port(authority, 80), expected);
        }
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_what_it_maps(bits in any::<u32>()) {
            let inner = Ipv4Addr::from(bits);
            let [a, b, c, d] = inner.octets().map(u16::from);
            let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a << 8 | b, c << 8 | d);
            for outer in [inner.to_ipv6_mapped(), translated] {
                for reach in [Reach::Public, Reach::Private] {
                    prop_assert_eq!(reach.admits(outer.into()), reach.admits(inner.into()));
                }
            }
            if Reach::Public.admits(inner.into()) {
                prop_assert!(Reach::Private.admits(inner.into()));
            }
        }
    }
}
