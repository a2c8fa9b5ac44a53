//! The data ports of passive mode: each is lent to one session at a time.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;

/// The ports of a server, and which of them are lent.
#[derive(Debug)]
pub(super) struct DataPorts {
    range: RangeInclusive<u16>,
    lent: Arc<Mutex<Lent>>,
}

#[derive(Debug, Default)]
struct Lent {
    ports: BTreeSet<u16>,
    last: Option<u16>,
}

/// A port that a session holds; it goes back when this is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    port: u16,
    lent: Arc<Mutex<Lent>>,
}

impl DataPorts {
    pub(super) fn new(range: RangeInclusive<u16>) -> Self {
        Self { range, lent: Arc::default() }
    }

    /// Listens at a port that nobody holds; `None` if all are in use, here or in another program.
    pub(super) fn listen(&self, address: IpAddr) -> Option<(TcpListener, Lease)> {
        let mut lent = lock(&self.lent);
        let free = self.turn(lent.last).find_map(|port| {
            let free = !lent.ports.contains(&port);
            free.then(|| bind(SocketAddr::new(address, port)).ok()).flatten().map(|listener| (port, listener))
        });
        let (port, listener) = free?;
        lent.ports.insert(port);
        lent.last = Some(port);
        Some((listener, Lease { port, lent: Arc::clone(&self.lent) }))
    }

    /// All ports once, beginning behind the `last` one: a port rests as long as possible.
    fn turn(&self, last: Option<u16>) -> impl Iterator<Item = u16> + use<> {
        let (low, high) = (*self.range.start(), *self.range.end());
        let last = last.unwrap_or(high);
        (low..=high).filter(move |port| *port > last).chain((low..=high).filter(move |port| *port <= last))
    }
}

impl Lease {
    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        lock(&self.lent).ports.remove(&self.port);
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn lock(lent: &Mutex<Lent>) -> MutexGuard<'_, Lent> {
    lent.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::DataPorts;

    #[tokio::test]
    async fn no_port_is_lent_twice_and_none_outside_the_range() {
        let address = IpAddr::from([127, 7, 1, 1]);
        let ports = DataPorts::new(65024..=65031);
        let held: Vec<_> = (0..8).map(|_| ports.listen(address).expect("a free port")).collect();
        let mut numbers: Vec<u16> = held.iter().map(|(_, lease)| lease.port()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (65024..=65031).collect::<Vec<u16>>());
        assert!(ports.listen(address).is_none(), "exhausted");
        drop(held);
        assert!(ports.listen(address).is_some(), "given back");
    }

    #[tokio::test]
    async fn a_port_that_another_program_holds_is_passed_over() {
        let address = IpAddr::from([127, 7, 1, 2]);
        let _other = std::net::TcpListener::bind((address, 65024)).expect("free here");
        let ports = DataPorts::new(65024..=65025);
        assert_eq!(ports.listen(address).map(|(_, lease)| lease.port()), Some(65025));
        assert!(ports.listen(address).is_some_and(|(_, lease)| lease.port() == 65025), "given back at once");
    }
}
