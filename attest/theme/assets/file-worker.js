/* Search in a saved copy: opened from file://, a browser starts no workers. This stands in for one, in a hidden frame of the same
   page, with what Material's search asks of it. Over http and https it does nothing. */
(function () {
  "use strict";
  if (location.protocol !== "file:") return;

  function FrameWorker(address) {
    var worker = new EventTarget(), waiting = [], ready = false;
    var frame = document.createElement("iframe");
    frame.hidden = true;
    document.body.appendChild(frame);
    var inside = frame.contentWindow;

    function load(source) {
      return new Promise(function (done, failed) {
        var script = inside.document.createElement("script");
        script.src = source;
        script.onload = done;
        script.onerror = failed;
        inside.document.head.appendChild(script);
      });
    }

    function hand(data) {
      inside.dispatchEvent(new inside.MessageEvent("message", { data: data }));
    }

    inside.postMessage = function (data) { worker.dispatchEvent(new MessageEvent("message", { data: data })); };
    inside.importScripts = function () {
      return Array.from(arguments).reduce(function (before, source) { return before.then(function () { return load(source); }); }, Promise.resolve());
    };
    worker.postMessage = function (data) { if (ready) hand(data); else waiting.push(data); };
    worker.terminate = function () { frame.remove(); };
    load(String(address)).then(function () {
      ready = true;
      waiting.splice(0).forEach(hand);
    }, function () { worker.dispatchEvent(new Event("error")); });
    return worker;
  }

  window.Worker = FrameWorker;
})();
