// Verify and Resolve: what is dropped or pasted anywhere goes into their forms.
const verifying = $("#verify");
if (verifying) {
  takers.push((files) => {
    if (!files.length || files.length > 2) return false;
    for (const file of files) {
      const name = file.name.endsWith(".iscc-proof.json") ? "proof" : "file";
      verifying.elements[name].files = listOf([file]);
    }
    const { proof, p } = verifying.elements;
    if (proof.files.length || p) verifying.submit();
    return true;
  });
}
const resolving = $("#resolve");
if (resolving) {
  takers.push((files, text) => {
    if (files.length > 1) return false;
    if (files.length) resolving.elements.file.files = listOf(files); else resolving.elements.q.value = text;
    if (files.length) resolving.elements.q.value = "";
    resolving.submit();
    return true;
  });
}
