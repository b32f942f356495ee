// Tells the page around the frame that it may not show this chat, so that its launcher goes.

parent.postMessage({ salesagent: 1, type: "refused" }, "*");
