"""Pure text work that every wing needs: normalising, telling languages apart, bidi safety, HTML."""
