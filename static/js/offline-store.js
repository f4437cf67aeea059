// What was done without a network, in the browser's own database until it is sent. Each entry says whose it is: of another
// account's nothing is read but how many there are. Photos are kept as they are, byte for byte.
{
  const open = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("tracewright", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("entries", { keyPath: "place", autoIncrement: true }).createIndex("owner", "owner");
        asked.result.createObjectStore("sent", { keyPath: "part" }); // the entry that a part was last changed by
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const within = async (store, mode, act) => {
    const db = await open();
    try {
      return await new Promise((resolve, reject) => {
        const work = db.transaction(store, mode);
        const asked = act(work.objectStore(store));
        work.oncomplete = () => resolve(asked?.result);
        work.onerror = work.onabort = () => reject(work.error);
      });
    } finally {
      db.close();
    }
  };
  const changed = () => document.dispatchEvent(new CustomEvent("offline:changed"));

  const masthead = () => document.querySelector("#masthead");
  window.offline = {
    /** Whoever is signed in, as entries name them; empty for nobody. */
    owner: () => masthead()?.dataset.owner ?? "",
    isDown: false,
    /** Whether nothing can be sent now, as far as anybody knows. */
    isOff: () => !navigator.onLine || window.offline.isDown,
    own: () => within("entries", "readonly", (it) => it.index("owner").getAll(window.offline.owner())),
    total: () => within("entries", "readonly", (it) => it.count()),
    add: async (entry) => {
      await within("entries", "readwrite", (it) => it.add(entry));
      navigator.storage?.persist?.(); // so that the browser does not clear it when space runs short
      changed();
    },
    put: async (entry) => { await within("entries", "readwrite", (it) => it.put(entry)); changed(); },
    drop: async (entry) => { await within("entries", "readwrite", (it) => it.delete(entry.place)); changed(); },
    lastOf: (part) => within("sent", "readonly", (it) => it.get(part)),
    noteSent: (entry) =>
      entry.part && within("sent", "readwrite", (it) => it.put({ part: entry.part, id: entry.id, standing: entry.seen })),
    changed,
  };
}
