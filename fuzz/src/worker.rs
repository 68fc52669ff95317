//! A thread with as much stack as the server's threads have, that lives as long as the process.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;

/// The stack of the server's threads, in bytes.
const STACK_BYTES: usize = 64 << 20;

struct Worker {
    inputs: Sender<Vec<u8>>,
    done: Receiver<()>,
}

/// Where the input under way is written to, if anywhere: a stack overflow leaves libFuzzer no chance to save it.
fn last_input() -> Option<&'static PathBuf> {
    static LAST: OnceLock<Option<PathBuf>> = OnceLock::new();
    LAST.get_or_init(|| std::env::var_os("AMIGOS_FUZZ_LAST").map(PathBuf::from)).as_ref()
}

/// Runs `body` on `input`, on the thread that `make` made the body for. There is one thread in a process.
pub fn run(input: &[u8], make: fn() -> Box<dyn FnMut(&[u8])>) {
    static WORKER: OnceLock<Mutex<Worker>> = OnceLock::new();
    let worker = WORKER.get_or_init(|| {
        let (inputs, incoming) = channel::<Vec<u8>>();
        let (finished, done) = channel();
        let started = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            let mut body = make();
            for input in incoming {
                body(&input);
                if finished.send(()).is_err() {
                    return;
                }
            }
        });
        started.expect("a thread can be started");
        Mutex::new(Worker { inputs, done })
    });
    if let Some(file) = last_input() {
        let _ = std::fs::write(file, input);
    }
    let worker = worker.lock().expect("a panic ends the process");
    worker.inputs.send(input.to_vec()).expect("the thread lives");
    worker.done.recv().expect("a panic ends the process");
}
